// An audit as one HTML file: no script, nothing from outside, and all text of others escaped.
import { xmlText } from '../../xml-text.js';
import type { AuditReport, CaseReport, RuleReport } from '../audit/audit-report.js';
import { leastText, outcomeText } from '../audit/outcome-words.js';
import { countOf } from '../audit/symbol-words.js';
import { reachLabels } from '../labels.js';
import { curvePicture } from './curve-picture.js';
import { explainCase, labelWords, witnessWords } from './explain-words.js';
import { heatMap } from './heat-map.js';
import { symbolBars } from './symbol-bars.js';

const style = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1000px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0.2rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; } h3 { font-size: 1rem; margin-top: 1.6rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 0.3rem 0.6rem; border-bottom: 1px solid #e3e3e3; vertical-align: top; }
th { color: #555; font-weight: 600; } code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { white-space: pre-wrap; background: #f6f6f6; padding: 0.8rem; }
td code { white-space: pre-wrap; overflow-wrap: anywhere; } svg { max-width: 100%; height: auto; }
.violated { color: #b3261e; font-weight: 600; } .holds { color: #1f7a4d; font-weight: 600; } .inconclusive { color: #8a6100; font-weight: 600; }
.note { color: #555; }
`;

/** The report for people. */
export function auditHtml(report: AuditReport): string {
  const { definition, cases, verdict, policy, curve, complete } = report;
  const title = definition.title ?? `Audit of ${definition.file}`;
  const parts = [
    `<h1>${xmlText(title)}</h1>`,
    `<p class="note">${xmlText(`${definition.file}: what texts of strangers make the model answer. ${countOf(cases.length, 'field')}, model ${definition.model ?? 'embedded'}.`)}</p>`,
    verdict === null ? '<p>No policy was given.</p>' : `<p>Policy: ${badge(verdict)}</p>`,
    complete ? '' : '<p class="inconclusive">Not everything that the audit asks for was done.</p>',
    ...(policy.length === 0 ? [] : ['<h2>Policy</h2>', policyTable(policy)]),
    '<h2>Symbols that it takes</h2>',
    heatMap(cases, 'How many symbols give each value'),
    '<h2>Reached against k</h2>',
    curve.points.length === 0
      ? '<p>No values are listed, so there is no curve.</p>'
      : `${curvePicture(curve, `${countOf(curve.values, 'value')} other than what the empty text gives`)}<p class="note">What lies between the two lines is not known.</p>`,
    '<h2>Fields</h2>',
    ...cases.map((each) => caseSection(report, each)),
    '<h2>Labels</h2>',
    table(
      ['label', 'what was done'],
      reachLabels.map((name) => [`<code>${name}</code>`, xmlText(labelWords[name])]),
    ),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${xmlText(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    ...parts.filter((part) => part !== ''),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function badge(verdict: string): string {
  return `<span class="${verdict}">${verdict}</span>`;
}

function policyTable(policy: readonly RuleReport[]): string {
  const rows = policy.flatMap(({ id, results }) =>
    results.map((result) => [
      xmlText(id),
      xmlText(result.case ?? 'all together'),
      badge(result.verdict),
      xmlText(result.message),
    ]),
  );
  return table(['rule', 'field', 'verdict', 'why'], rows);
}

function caseSection(report: AuditReport, each: CaseReport): string {
  const definition = report.definition.cases.find(({ id }) => id === each.id);
  const rows = each.targets.map(({ target, label, least, witness, plainWitness }) => [
    `<code>${xmlText(outcomeText(target))}</code>`,
    `<code>${label}</code>`,
    xmlText(leastText(least)),
    witness === null ? '' : `<code>${xmlText(witnessWords(witness))}</code>`,
    plainWitness === null ? '' : `<code>${xmlText(witnessWords(plainWitness))}</code>`,
  ]);
  const prompt = definition?.system.template;
  const shown =
    typeof prompt === 'string'
      ? prompt
      : (prompt ?? []).map(({ role, content }) => `[${role}]\n${content}`).join('\n');
  return [
    `<h3>${xmlText(each.id)}</h3>`,
    `<p>The empty text gives <code>${xmlText(outcomeText(each.baseline))}</code>. To change it takes: <strong>${xmlText(leastText(each.flip.least))}</strong>.</p>`,
    rows.length === 0
      ? ''
      : table(['value', 'label', 'symbols', 'text that gives it', 'without the value in it'], rows),
    each.symbols.length === 0 ? '' : symbolBars(each.symbols, 'Symbols that do the most'),
    `<details><summary>In words</summary><pre>${xmlText(explainCase(each).join('\n'))}</pre></details>`,
    `<details><summary>Prompt</summary><pre>${xmlText(shown)}</pre></details>`,
    `<details><summary>What this is true of</summary><pre>${xmlText(JSON.stringify(each.setting, null, 2))}</pre></details>`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** @param rows cells as HTML */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((name) => `<th>${name}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`;
}
