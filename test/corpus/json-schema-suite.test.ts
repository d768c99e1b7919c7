import t from 'tap';
import { defaultSuiteFolder, readSuite, type SuiteSection, skipSuite } from '../../bench/conformance/data.js';
import type { Finding } from '../../bench/conformance/findings.js';
import { runSuiteGroup } from '../../bench/conformance/suite-case.js';
import { FORMAT_EXCEPTIONS } from '../frontends/json-schema/formats.exceptions.js';
import { corpusEngine, shown, timeout } from './corpus-engine.js';

t.setTimeout(timeout);

const engine = skipSuite === false ? await corpusEngine() : undefined;

/** Groups that compile, tests, and what is not as the suite says, of the groups of one kind. */
function runGroups(section: SuiteSection) {
  const counts = { groups: 0, compiled: 0, tests: 0, right: 0 };
  const findings: Finding[] = [];
  for (const group of readSuite(defaultSuiteFolder)) {
    if (group.section !== section || engine === undefined) continue;
    const report = runSuiteGroup(group, defaultSuiteFolder, engine);
    counts.groups += 1;
    if (report.compiled) counts.compiled += 1;
    counts.tests += report.tests;
    counts.right += report.right;
    findings.push(...report.findings);
  }
  return { counts, findings };
}

t.test(
  'JSON-Schema-Test-Suite, required: what it says is said as a whole, byte by byte and through masks',
  { skip: skipSuite, timeout },
  async (t) => {
    const { counts, findings } = runGroups('required');
    t.comment(JSON.stringify(counts));
    t.same(findings.map(shown), []);
    t.ok(counts.right > 0);
  },
);

/** Files of optional tests where another verdict is meant, with the reason. */
const EXPLAINED: ReadonlyMap<string, string> = new Map([
  ['content.json', 'contentEncoding and contentMediaType are annotations'],
  ['format-assertion.json', "the option formats: 'annotate' wins over the vocabulary"],
]);

const FORMAT_OF_FILE: ReadonlyMap<string, string> = new Map([['ecmascript-regex', 'regex']]);

/** Why a case may differ from the suite's verdict; undefined where it may not. */
function reasonFor({ name, fault, text }: Finding): string | undefined {
  if (fault !== 'invalid accepted' && fault !== 'valid rejected') return undefined;
  const file = /([^/]+)\.json/.exec(name)?.[1] ?? '';
  return (
    EXPLAINED.get(`${file}.json`) ??
    FORMAT_EXCEPTIONS.get(`${FORMAT_OF_FILE.get(file) ?? file} ${JSON.stringify(JSON.parse(text ?? 'null'))}`)
  );
}

for (const section of ['optional', 'format'] as const) {
  t.test(
    `JSON-Schema-Test-Suite, ${section}: what differs is explained`,
    { skip: skipSuite, timeout },
    async (t) => {
      const { counts, findings } = runGroups(section);
      t.comment(JSON.stringify(counts));
      t.same(findings.filter((finding) => reasonFor(finding) === undefined).map(shown), []);
      t.ok(counts.right >= 0.95 * counts.tests);
    },
  );
}
