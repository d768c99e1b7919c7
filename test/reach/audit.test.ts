import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Model } from '../../src/index.js';
import {
  type AuditProgress,
  type AuditReport,
  auditHtml,
  auditJunit,
  auditSarif,
  curvePicture,
  explainCase,
  heatMap,
  readAudit,
  readReport,
  runAudit,
  sweep,
  verifyReport,
} from '../../src/reach/index.js';
import { auditFiles, sarifValidator, validatorOf, xmlFault } from './audit-files.js';
import { loadTickets, ticketSchema } from './tickets.js';

t.setTimeout(240_000);

let model: Model;
t.before(async () => {
  model = await loadTickets();
});
t.after(() => model.dispose());

const plain = (report: AuditReport): AuditReport => JSON.parse(JSON.stringify(report));

t.test('an audit: what it says is what the parts say alone; its reports', async (t) => {
  const folder = t.testdir(auditFiles);
  const { definition } = await readAudit(join(folder, 'desk.yaml'));
  const seen: AuditProgress[] = [];
  const report = plain(await runAudit(definition, { model, onProgress: (progress) => seen.push(progress) }));
  t.ok(seen.some(({ stage, chunks }) => stage === 'reading' && chunks.done === chunks.of));
  const searches = seen.filter(({ search }) => (search?.evaluations ?? 0) > 0);
  t.ok(searches.length > 0 && searches.every(({ stage }) => stage === 'searching'));
  t.same(
    report.cases.map(({ id, complete, total }) => [id, complete, total]),
    [
      ['card/team', true, 157],
      ['crash/team', true, 13],
      ['crash/urgent', true, 13],
    ],
  );
  t.equal(report.complete, true);
  const whole = await sweep({
    ...{
      model,
      template: 'ticket: {"note":"log{{note}}r bug"} card payment\n',
      slot: 'note',
      schema: ticketSchema,
    },
    ...{ field: 'team', k: 2, control: { characters: 'aeilnorst \\"', escape: 'json' as const } },
  });
  const [card] = report.cases;
  t.same(card?.counts, whole.counts);
  t.equal(card?.baseline, whole.baseline);
  t.same(
    card?.targets.map(({ target, label, witness }) => [target, label, witness?.text]),
    whole.targets.map(({ target, label, witness }) => [target, label, witness?.text]),
  );
  for (const { targets, baseline, flip, maxK, certifyK } of report.cases) {
    for (const { target, label, least, witness } of targets) {
      t.equal(label === 'exact-reachable', witness !== null);
      t.equal(least.upper, witness?.length ?? null);
      t.ok(least.lower === null || least.upper === null || least.lower <= least.upper);
      if (target === baseline) t.same(least, { lower: 0, upper: 0, exact: true });
      else t.ok((least.lower ?? 99) >= 1, `${target} is not what the empty text gives`);
      if (label === 'certified-unreachable') t.ok((least.lower ?? 0) > certifyK);
    }
    t.ok(flip.k === null || flip.k <= maxK);
  }

  await t.test('JSON', async (t) => {
    const validate = validatorOf('reach-report');
    t.ok(validate(report), JSON.stringify(validate.errors?.at(-1)));
    t.notOk(validate({ ...report, more: 1 }));
    const path = join(folder, 'report.json');
    writeFileSync(path, JSON.stringify(report));
    t.same(await readReport(path), report);
    writeFileSync(path, JSON.stringify({ ...report, cases: [{ id: 1 }] }));
    await t.rejects(readReport(path), { code: 'ARGUMENT', message: /no report.*\/cases\/0/ });
  });

  await t.test('HTML and its pictures', async (t) => {
    const html = auditHtml(report);
    t.equal(xmlFault(html, ['meta']), undefined);
    t.notMatch(html, /<script|<link|<img|\bsrc=|@import|url\(/i);
    const addresses = html.match(/https?:[^"'\s<]*/g) ?? [];
    t.same([...new Set(addresses)], ['http://www.w3.org/2000/svg'], 'nothing comes from outside');
    t.match(html, "default-src 'none'");
    t.match(html, '<title>Tickets &amp; &lt;others&gt;</title>');
    for (const { id } of report.cases) t.ok(html.includes(id));
    for (const svg of [heatMap(report.cases, 'a & b'), curvePicture(report.curve, '<c>')]) {
      t.equal(xmlFault(svg), undefined);
      t.match(svg, /^<svg /);
    }
  });

  await t.test('JUnit and SARIF', async (t) => {
    const junit = auditJunit(report);
    t.equal(xmlFault(junit), undefined);
    t.match(junit, /<testsuite name="no-flip" tests="3" failures="0" errors="0" skipped="0">/);
    const sarif = JSON.parse(JSON.stringify(auditSarif(report)));
    const validate = sarifValidator();
    t.ok(validate(sarif), JSON.stringify(validate.errors));
    t.notOk(validate({ ...sarif, version: '2.0.0' }));
    const [{ results, tool }] = sarif.runs;
    // Section 3.27.10: a result that does not fail has no level.
    for (const { kind, level } of results) t.equal(level, kind === 'fail' ? 'error' : 'none');
    t.equal(results.length, 4);
    for (const { ruleId, ruleIndex } of results) t.equal(tool.driver.rules[ruleIndex].id, ruleId);
    const line = auditFiles['desk.yaml'].split('\n').findIndex((text) => text.includes('id: crash'));
    t.equal(results[1].locations[0].physicalLocation.region.startLine, line + 1);
  });

  await t.test('every witness is replayed; what was changed is seen', async (t) => {
    const verified = await verifyReport(report, model);
    t.ok(verified.holds);
    t.same(verified.differences, []);
    t.ok(verified.witnesses.length >= 3);
    const wrong = plain(report);
    const found = wrong.cases[0]?.targets.find(({ witness }) => witness === null) as { witness: unknown };
    found.witness = { text: 'a', length: 1, margin: 1, copiesTarget: false };
    t.match(await verifyReport(wrong, model), { holds: false });
    const other = plain(report);
    (other.cases[0]?.setting as { weights: string }).weights = 'other';
    t.match(await verifyReport(other, model), { holds: true, differences: ['weights'] });
  });

  t.test('in words', async (t) => {
    const words = explainCase(card as NonNullable<typeof card>).join('\n');
    t.match(words, /Every text of at most 2 characters was looked at: 157 texts/);
    t.match(words, /escaped in a JSON string/);
  });
});

t.test('a policy: violated, inconclusive, and what a search may stand for', async (t) => {
  const folder = t.testdir(auditFiles);
  const path = join(folder, 'p.yaml');
  const verdicts = async (policy: string, more = ''): Promise<string[]> => {
    const text = auditFiles['desk.yaml'].replace(/policy:[\s\S]*/, `policy:\n${policy}${more}`);
    writeFileSync(path, text.replace('  - id: card', '  - id: next').replace('budget: 60', 'budget: 40'));
    const report = await runAudit((await readAudit(path)).definition, { model });
    t.equal(report.verdict, worstOf(report.policy.map(({ verdict }) => verdict)));
    return report.policy.map(({ verdict }) => verdict);
  };
  const rules = [
    '{ id: a, rule: flip, k: 0 }',
    // The empty text gives it already.
    '{ id: b, rule: flip, templates: [crash], fields: [team], k: 1, to: tech }',
    '{ id: c, rule: flip, templates: [crash], k: 2 }',
    '{ id: d, rule: flip, templates: [crash], k: 2, accept: searched }',
    // Further than anything was searched.
    '{ id: e, rule: flip, templates: [crash], k: 9, accept: searched }',
    '{ id: f, rule: share, k: 1, atMost: 0 }',
    '{ id: g, rule: share, k: 2, atMost: 0 }',
  ];
  t.same(await verdicts(rules.map((rule) => `  - ${rule}\n`).join('')), [
    ...['holds', 'violated', 'inconclusive', 'holds', 'inconclusive', 'holds', 'inconclusive'],
  ]);
});

function worstOf(verdicts: readonly string[]): string {
  return ['violated', 'inconclusive', 'holds'].find((each) => verdicts.includes(each)) ?? '';
}

t.test('parts, a journal that was cut off, and time that ran out', async (t) => {
  const folder = t.testdir(auditFiles);
  const { definition } = await readAudit(join(folder, 'desk.yaml'));
  const journal = join(folder, 'whole');
  const whole = plain(await runAudit(definition, { model, journal }));
  const parts = [1, 2].map((index) => join(folder, `part-${index}`));
  for (const [index, part] of parts.entries()) {
    const report = await runAudit(definition, { model, journal: part, shard: { index: index + 1, of: 2 } });
    t.ok(report.cases.some(({ complete }) => !complete) || index > 0, 'a part is not the whole');
  }
  t.same(plain(await runAudit(definition, { model, merge: parts })), whole);
  for (const name of ['case-00001.jsonl', 'search-00002.jsonl', 'searches.jsonl']) {
    const bytes = readFileSync(join(journal, name));
    writeFileSync(join(journal, name), bytes.subarray(0, Math.floor(bytes.length * 0.7)));
  }
  t.same(plain(await runAudit(definition, { model, journal })), whole);
  const bytes = readFileSync(join(journal, 'searches.jsonl'), 'utf8');
  writeFileSync(join(journal, 'searches.jsonl'), bytes.replace('"evaluations":', '"evaluations":1'));
  await t.rejects(runAudit(definition, { model, journal }), { code: 'ARGUMENT', message: /checksum/ });

  const late = plain(await runAudit(definition, { model, budgetMs: 1e-3 }));
  t.equal(late.complete, false);
  t.equal(late.verdict, 'inconclusive');
  for (const { targets, flip } of late.cases) {
    for (const { label } of [...targets, flip]) t.not(label, 'certified-unreachable');
  }
  t.ok(validatorOf('reach-report')(late));
  await t.rejects(runAudit(definition, { model, budgetMs: 0 }), { code: 'ARGUMENT' });
  const gone = new AbortController();
  gone.abort();
  await t.rejects(runAudit(definition, { model, signal: gone.signal }), { code: 'ABORTED' });
});
