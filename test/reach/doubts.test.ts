// What must never be certified: what was not read, what two ways of reading contradict, what a rule's misspelt name leaves out.
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loadModel, type Model } from '../../src/index.js';
import type { CaseDefinition, PolicyRule } from '../../src/reach/audit/audit-definition.js';
import { type CaseResults, caseReport } from '../../src/reach/audit/case-report.js';
import { systemOptionsOf } from '../../src/reach/audit/definition.js';
import { ruleReport } from '../../src/reach/audit/policy.js';
import { find, flip, kEpsilon, mergeSweeps, readAudit, sweep } from '../../src/reach/index.js';
import { auditFiles } from './audit-files.js';
import { loadTickets, ticketSchema, ticketsFolder } from './tickets.js';

t.setTimeout(120_000);

let model: Model;
t.before(async () => {
  model = await loadTickets();
});
t.after(() => model.dispose());

const options = {
  template: 'ticket: refund charge crash{{input}} error\n',
  schema: ticketSchema,
  field: 'team',
  control: { characters: 'aeilnorst' },
};

/** A line of a journal with another value, and the checksum of that. */
function rewritten(line: string, change: (value: Record<string, unknown>) => void): string {
  const { sum: _sum, ...value } = JSON.parse(line) as Record<string, unknown>;
  change(value);
  const text = JSON.stringify(value);
  const sum = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${text.slice(0, -1)},"sum":"${sum}"}`;
}

t.test('a text that gave another outcome in a batch than through generate', async (t) => {
  const journal = join(t.testdir(), 'a.jsonl');
  const sure = await sweep({ ...options, model, journal });
  t.equal(sure.contradicted, 0);
  const out = sure.targets.filter(({ label }) => label === 'certified-unreachable');
  t.ok(out.length > 1, 'there is something to doubt');
  const [head = '', line = '', ...rest] = readFileSync(journal, 'utf8').split('\n');
  const said = rewritten(line, (entry) => {
    const findings = entry.findings as [string, unknown][];
    const [[, lengths]] = findings as [[string, unknown]];
    findings.push([out[0]?.target as string, lengths]);
  });
  writeFileSync(journal, [head, said, ...rest].join('\n'));
  const report = await mergeSweeps({ ...options, model, journals: [journal] });
  t.ok(report.complete && report.contradicted > 0);
  for (const { label, reason } of report.targets) {
    if (label !== 'exact-reachable') t.match([label, reason], ['searched-unreached', /batch/]);
  }
});

t.test('a search that is contradicted, comes to no outcome, or has the journal of another way', async (t) => {
  const journal = join(t.testdir(), 'a.jsonl');
  const search = { ...options, model, targets: ['sales', 'billing'], maxK: 1 };
  const sure = await find({ ...search, journal });
  const [target] = sure.targets.filter(({ label }) => label === 'certified-unreachable');
  t.ok(target !== undefined, 'there is something to doubt');
  const [head = '', line = '', ...rest] = readFileSync(journal, 'utf8').split('\n');
  const write = (change: (entry: Record<string, unknown>) => void): void =>
    writeFileSync(journal, [head, rewritten(line, change), ...rest].join('\n'));
  write((entry) => {
    (entry.outcomes as string[])[0] = target?.target as string;
  });
  const doubted = await find({ ...search, journal });
  t.equal(doubted.contradicted, 1);
  const late = await find({ ...search, maxTokens: 1 });
  for (const { label, least, witness } of [...doubted.targets, ...late.targets]) {
    if (witness === null) t.same([label, least.lower], ['searched-unreached', 0]);
  }
  t.ok(late.targets.every(({ witness }) => witness === null));
  write((entry) => {
    entry.asked = '0123456789abcdef';
  });
  await t.rejects(find({ ...search, journal }), { code: 'ARGUMENT', message: /another way/ });
});

t.test('a chunk that no sweep has', async (t) => {
  const journal = join(t.testdir(), 'a.jsonl');
  await sweep({ ...options, model, journal, chunk: 4 });
  const lines = readFileSync(journal, 'utf8').split('\n');
  const renamed = (chunk: number): string =>
    lines
      .map((line, index) => (index === 1 ? rewritten(line, (entry) => (entry.chunk = chunk)) : line))
      .join('\n');
  writeFileSync(journal, renamed(-1));
  await t.rejects(mergeSweeps({ ...options, model, chunk: 4, journals: [journal] }), {
    message: /names no chunk/,
  });
  writeFileSync(journal, renamed(99));
  t.equal((await mergeSweeps({ ...options, model, chunk: 4, journals: [journal] })).complete, false);
  const again = await sweep({ ...options, model, chunk: 4, journal });
  t.same(
    [again.complete, again.chunks.done],
    [true, again.chunks.of],
    'what is missing is read, what is too much is not counted',
  );
});

t.test('two different results of one chunk', async (t) => {
  const folder = t.testdir();
  const [one, two] = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl')];
  await sweep({ ...options, model, journal: one });
  const [head = '', line = '', ...rest] = readFileSync(one, 'utf8').split('\n');
  const other = rewritten(line, (entry) => {
    (entry.counts as { read: number }).read -= 1;
  });
  writeFileSync(two, [head, other, ...rest].join('\n'));
  const message = /two different results of the chunk 0/;
  await t.rejects(mergeSweeps({ ...options, model, journals: [one, two] }), { code: 'ARGUMENT', message });
  writeFileSync(two, [head, line, other, ...rest].join('\n'));
  await t.rejects(sweep({ ...options, model, journal: two }), { code: 'ARGUMENT', message });
  writeFileSync(two, [head, line, line, ...rest].join('\n'));
  t.same((await mergeSweeps({ ...options, model, journals: [one, two] })).chunks, { done: 1, of: 1 });
});

t.test('a journal of the same weights with another way to write prompts', async (t) => {
  const folder = t.testdir();
  cpSync(ticketsFolder, folder, { recursive: true });
  const chat = { role: 'user', content: 'crash{{input}} error' };
  const asked = { ...options, template: [chat], journal: join(folder, 'j.jsonl') };
  const config = JSON.parse(readFileSync(join(folder, 'tokenizer_config.json'), 'utf8')) as object;
  const write = (before: string): void =>
    writeFileSync(
      join(folder, 'tokenizer_config.json'),
      JSON.stringify({ ...config, chat_template: `${before}{{ messages[0].content }}\n` }),
    );
  write('ticket: ');
  {
    await using own = await loadModel(folder, { threads: 1 });
    await sweep({ ...asked, model: own });
  }
  write('ticket: card payment ');
  await using other = await loadModel(folder, { threads: 1 });
  await t.rejects(sweep({ ...asked, model: other }), { code: 'ARGUMENT', message: /another setting/ });
});

t.test('journals of other questions, and big integers', async (t) => {
  const folder = t.testdir();
  const journal = join(folder, 'a.jsonl');
  const search = { ...options, model, maxK: 1, journal };
  await find({ ...search, targets: ['tech', 'sales'] });
  await t.rejects(flip({ ...search, baseline: 'tech', target: 'sales' }), {
    message: /another setting: kind/,
  });
  const cases = [{ template: options.template, target: 10n ** 20n }];
  const { template: _template, ...shared } = options;
  const report = await kEpsilon(cases, { ...shared, model, maxK: 1, journal: join(folder, 'b.jsonl') });
  t.equal(report.cases[0]?.label, 'masked-out');
});

t.test(
  'what speaks against a search or a reading leaves no certificate, and no rule that holds',
  async (t) => {
    const folder = t.testdir(auditFiles);
    const { definition: audit } = await readAudit(join(folder, 'desk.yaml'));
    const definition = audit.cases.find(({ id }) => id === 'crash/team') as CaseDefinition;
    const system = { ...systemOptionsOf(definition.system), model };
    const read = await sweep({ ...system, k: 1 });
    const targets = read.targets.filter(({ label }) => label !== 'exact-reachable').map(({ value }) => value);
    const searched = await find({ ...system, targets, maxK: 2, budget: 1000, certifyK: 2 });
    t.same([...new Set(searched.targets.map(({ label }) => label))], ['certified-unreachable']);
    const results: CaseResults = {
      ...{
        definition,
        sweep: read,
        total: read.total,
        baseline: read.baseline,
        search: searched,
        searched: true,
      },
      ...{ symbols: [], tolerance: 1e-3, missing: undefined },
    };
    const rules = ([1, 2] as const).flatMap((k) =>
      [null, [targets[0]] as const].map(
        (to): PolicyRule => ({
          ...{ id: `${k}`, rule: 'flip', cases: [definition.id], k, to, atMost: null, accept: 'certified' },
          place: { line: 1, column: 1 },
        }),
      ),
    );
    const wanted = searched.targets[0]?.target;
    const verdicts = (more: Partial<CaseResults>): string[] => {
      const report = caseReport({ ...results, ...more });
      return rules.map((rule) => ruleReport(rule, [report], () => wanted).verdict);
    };
    t.same(verdicts({}), ['holds', 'holds', 'inconclusive', 'holds']);
    const wrong = { ...searched.numeric, holds: false };
    const witness = { text: 'a', length: 1, margin: 1, copiesTarget: false };
    const doubts: Partial<CaseResults>[] = [
      { sweep: { ...read, contradicted: 1 } },
      { sweep: { ...read, numeric: wrong } },
      { search: { ...searched, contradicted: 1 } },
      { search: { ...searched, numeric: wrong } },
      // A text of one character, which the full reading should have found.
      {
        search: {
          ...searched,
          targets: searched.targets.map((each, index) =>
            index === 1 ? { ...each, label: 'exact-reachable', k: 1, witness } : each,
          ),
        },
      },
    ];
    for (const [index, doubt] of doubts.entries()) {
      const report = caseReport({ ...results, ...doubt });
      for (const { label, least, target } of report.targets) {
        t.not(label, 'certified-unreachable', `${index}: ${target}`);
        if (target === wanted) t.equal(least.lower, 0, `${index}: nothing is known of shorter texts`);
      }
      t.notOk(verdicts(doubt).includes('holds'), `${index}: no rule holds`);
      const accepting = rules.map((rule): PolicyRule => ({ ...rule, accept: 'searched', k: 2 }));
      if (index < 4 && index > 1) {
        for (const rule of accepting)
          t.equal(ruleReport(rule, [report], () => wanted).verdict, 'inconclusive');
      }
    }

    const share: PolicyRule = {
      ...(rules[0] as PolicyRule),
      rule: 'share',
      cases: [definition.id, 'other'],
      atMost: 0,
    };
    const other = { ...definition, id: 'other' };
    const whole = caseReport(results);
    const shareOf = (more: CaseResults): string =>
      ruleReport(share, [whole, caseReport({ ...more, definition: other })], () => undefined).verdict;
    t.equal(shareOf(results), 'holds');
    // Its baseline is named, and nothing else is known of it.
    t.equal(shareOf({ ...results, sweep: undefined, search: undefined }), 'inconclusive');
  },
);

t.test('a rule that names what there is not', async (t) => {
  const folder = t.testdir(auditFiles);
  const path = join(folder, 'p.yaml');
  const write = (rule: string): void =>
    writeFileSync(path, auditFiles['desk.yaml'].replace(/policy:[\s\S]*/, `policy:\n  - ${rule}\n`));
  write('{ id: a, rule: flip, k: 1, fields: [team, urgnet] }');
  await t.rejects(readAudit(path), { code: 'ARGUMENT', message: /names urgnet/ });
  write('{ id: a, rule: flip, k: 1, templates: [card, crash], fields: [urgent] }');
  await t.rejects(readAudit(path), { code: 'ARGUMENT', message: /names card/ });
  write('{ id: a, rule: flip, k: 1, templates: [crash], fields: [team, urgent] }');
  t.same((await readAudit(path)).definition.policy[0]?.cases, ['crash/team', 'crash/urgent']);
});
