import t from 'tap';
import { defaultMaskBenchFile, readMaskBench, skipMaskBench } from '../../bench/conformance/data.js';
import type { Finding } from '../../bench/conformance/findings.js';
import { runMaskBenchCase } from '../../bench/conformance/maskbench-case.js';
import { Grammar, GrammaskError } from '../../src/index.js';
import { seededRandom } from '../support/seeded-random.js';
import { corpusEngine, full, sampleOf, shown, timeout } from './corpus-engine.js';
import { prefixContradiction } from './prefixes.js';

const options = { skip: skipMaskBench, timeout };
t.setTimeout(timeout);
const schemas = skipMaskBench === false ? readMaskBench(defaultMaskBenchFile) : [];

t.test(
  'every verdict is right, token by token through the masks of a real vocabulary',
  options,
  async (t) => {
    const engine = await corpusEngine();
    const counts = { schemas: 0, refused: 0, valid: 0, invalid: 0 };
    const findings: Finding[] = [];
    for (const schema of sampleOf(schemas, 50)) {
      const report = runMaskBenchCase(schema, engine);
      counts.schemas += 1;
      if (report.findings.some(({ fault }) => fault === 'refused')) counts.refused += 1;
      counts.valid += report.valid;
      counts.invalid += report.invalid;
      findings.push(...report.findings);
    }
    t.comment(JSON.stringify(counts));
    t.same(findings.filter(({ fault }) => fault !== 'refused').map(shown), []);
    t.ok(counts.valid > 0 && counts.invalid > 0);
  },
);

t.test(
  'what leads to a valid text is viable, and the place of a first wrong byte is one',
  options,
  async (t) => {
    const random = seededRandom(2);
    const counts = { schemas: 0, refused: 0, texts: 0, prefixes: 0 };
    const failures: string[] = [];
    for (const { name, schema, instances } of sampleOf(schemas, 20, 7)) {
      const grammar = grammarOf(schema);
      if (grammar === null) {
        counts.refused += 1;
        continue;
      }
      counts.schemas += 1;
      for (const { text, valid, about } of instances) {
        const length = Buffer.byteLength(text);
        const cuts = Array.from({ length: full ? 24 : 4 }, () => random.below(length + 1));
        counts.texts += 1;
        counts.prefixes += cuts.length;
        const contradiction = prefixContradiction(grammar, text, valid, cuts);
        if (contradiction !== null) failures.push(`${name}: ${about}: ${contradiction}`);
      }
    }
    t.comment(JSON.stringify(counts));
    t.same(failures, []);
    t.ok(counts.prefixes > 0);
  },
);

/** The grammar, or null where the schema is refused with a place in it. */
function grammarOf(schema: string): Grammar | null {
  try {
    return Grammar.jsonSchema(schema);
  } catch (error) {
    if (GrammaskError.isInstance(error) && error.location !== undefined) return null;
    throw error;
  }
}
