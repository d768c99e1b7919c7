// Texts drawn through the masks of a schema, each of which must be valid.
import { type CompiledGrammar, Grammar, GrammaskError, generationStyle } from '../../src/index.js';
import { seededRandom } from '../../test/support/seeded-random.js';
import type { SchemaCase } from './data.js';
import { drawText, type TokenPicker } from './draw.js';
import { faultOf } from './fault-of.js';
import type { Finding } from './findings.js';
import { type AjvDifference, createJudge } from './judge.js';
import type { Engine } from './suite-case.js';
import { type Clock, startClock } from './text-walk.js';

export interface RoundTripReport {
  readonly styles: readonly StyleReport[];
}

export interface StyleReport {
  readonly style: StyleName;
  /** Why no text was drawn: the schema has none, the style leaves none, the shortest is too long, it does not compile. */
  readonly exempt?: Exemption;
  readonly texts: number;
  /** Texts that ajv does not take for a reason that was known beforehand. */
  readonly differences: Partial<Record<AjvDifference, number>>;
  /** What ajv said about the first of each. */
  readonly details: readonly string[];
  /** Whether a state of some text could not be decided. */
  readonly undecided: boolean;
  readonly findings: readonly Finding[];
}

export type StyleName = 'exact' | 'generation';
export type Exemption = 'refused' | 'no text at all' | 'style leaves no text' | 'shortest text above 64 KiB';

const TEXTS = 5;
const LONGEST_COMPLETION = 64 * 1024;

/** @param seed together with the schema's name it decides every draw */
export function runRoundTrip(
  schemaCase: Pick<SchemaCase, 'name' | 'schema'>,
  seed: number,
  engine: Engine,
  picker: TokenPicker,
): RoundTripReport {
  const judge = createJudge(schemaCase.schema, '2020-12');
  return {
    styles: (['exact', 'generation'] as const).map((style) =>
      runStyle(schemaCase, style, seed, engine, picker, judge),
    ),
  };
}

function runStyle(
  { name, schema }: Pick<SchemaCase, 'name' | 'schema'>,
  style: StyleName,
  seed: number,
  engine: Engine,
  picker: TokenPicker,
  judge: ReturnType<typeof createJudge>,
): StyleReport {
  const findings: Finding[] = [];
  const differences: Partial<Record<AjvDifference, number>> = {};
  const details: string[] = [];
  const clock = startClock(engine.timeoutMs);
  const random = seededRandom(hash(`${seed} ${style} ${name}`));
  let texts = 0;
  let undecided = false;
  const report = (exempt?: Exemption): StyleReport => ({
    style,
    ...(exempt === undefined ? {} : { exempt }),
    texts,
    differences,
    details,
    undecided,
    findings,
  });

  let compiled: CompiledGrammar;
  let grammar: Grammar;
  try {
    const options = { limits: { timeoutMs: clock.patience } };
    grammar = Grammar.jsonSchema(
      schema,
      style === 'exact' ? options : { ...options, style: generationStyle },
    );
    compiled = engine.compiler.compileSync(grammar, { timeoutMs: clock.patience });
  } catch (error) {
    if (GrammaskError.isInstance(error) && error.code === 'STYLE_EMPTY')
      return report('style leaves no text');
    const fault = faultOf(error, true);
    // That it does not compile is told by MaskBench's own part.
    if (fault.fault === 'refused') return report('refused');
    findings.push({ part: 'roundtrip', name, about: style, ...fault });
    return report();
  }
  try {
    const exempt = exemption(compiled, clock);
    if (exempt !== undefined) return report(exempt);
    for (let index = 0; index < TEXTS; index++) {
      const about = `${style}, text ${index}`;
      const limits = { length: 4 + random.below(60), longer: 60 };
      const drawn = drawText(compiled, engine.vocabulary, picker, random, limits, clock);
      undecided ||= drawn.undecided > 0;
      const { text } = drawn;
      if (drawn.outcome !== 'text') {
        const { outcome: fault, undecided } = drawn;
        const reason = fault === 'dead end' ? 'nothing can follow' : 'no completion is known, here and later';
        findings.push({ part: 'roundtrip', name, about, fault, reason, text, undecided });
        continue;
      }
      texts += 1;
      if (!grammar.test(text)) {
        const reason = 'Grammar.test says no to a text of the masks';
        findings.push({ part: 'roundtrip', name, about, fault: 'ways differ', reason, text });
      }
      const judgement = judge.judge(text);
      if (!judgement.valid) {
        const { reason } = judgement;
        findings.push({ part: 'roundtrip', name, about, fault: 'invalid drawn', reason, text });
      } else if (judgement.difference !== undefined) {
        if (differences[judgement.difference] === undefined) {
          details.push(`${name}: ${judgement.difference}: ${judgement.detail}: ${text.slice(0, 300)}`);
        }
        differences[judgement.difference] = (differences[judgement.difference] ?? 0) + 1;
      }
    }
  } catch (error) {
    findings.push({ part: 'roundtrip', name, about: style, ...faultOf(error, false) });
  } finally {
    compiled.dispose();
  }
  return report();
}

function exemption(compiled: CompiledGrammar, clock: Clock): Exemption | undefined {
  if (!compiled.satisfiable) return 'no text at all';
  using matcher = compiled.matcher({ timeoutMs: clock.patience });
  const shortest = matcher.shortestCompletion();
  return shortest !== null && shortest.bytes.length > LONGEST_COMPLETION
    ? 'shortest text above 64 KiB'
    : undefined;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
