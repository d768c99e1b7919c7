import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { GrammaskError } from '../errors.js';
import { readAudit } from '../reach/audit/audit-file.js';
import type { AuditReport, CaseReport } from '../reach/audit/audit-report.js';
import { leastText, outcomeText } from '../reach/audit/outcome-words.js';
import { type AuditProgress, runAudit } from '../reach/audit/run-audit.js';
import { countOf } from '../reach/audit/symbol-words.js';
import { ABSENT } from '../reach/outcome.js';
import { curvePicture } from '../reach/report/curve-picture.js';
import { witnessWords } from '../reach/report/explain-words.js';
import { heatMap } from '../reach/report/heat-map.js';
import { auditHtml } from '../reach/report/html-report.js';
import { auditJunit } from '../reach/report/junit-report.js';
import { auditSarif } from '../reach/report/sarif-report.js';
import type { Shard } from '../reach/sweep-chunks.js';
import { EXIT } from './exit-codes.js';
import { wholeNumberOption } from './inputs.js';
import { addModelFlags, type ModelFlags } from './language-flags.js';
import { type Colors, colorsFor, print, printJson } from './output.js';
import {
  addJournalFlags,
  durationOption,
  journalOf,
  several,
  shardOption,
  withModel,
} from './reach-flags.js';
import { paint } from './reach-report.js';
import { withJournal } from './reach-sweep.js';
import { columns, isFieldSpelled, progressWords } from './reach-words.js';
import { assertWritable, writeReport } from './report-file.js';
import { statusLine } from './status-line.js';

interface AuditFlags extends ModelFlags {
  json?: boolean;
  output?: readonly string[];
  journal?: string;
  resume?: boolean;
  shard?: Shard;
  merge?: readonly string[];
  time?: number;
  batch?: number;
}

/** How a report is written, by the end of its file's name; the first that fits. */
const writers: readonly (readonly [string, (report: AuditReport) => string])[] = [
  ['.html', auditHtml],
  ['.xml', auditJunit],
  ['.sarif', (report) => `${JSON.stringify(auditSarif(report), null, 2)}\n`],
  ['.sarif.json', (report) => `${JSON.stringify(auditSarif(report), null, 2)}\n`],
  ['.curve.svg', (report) => curvePicture(report.curve, titleOf(report))],
  ['.svg', (report) => heatMap(report.cases, titleOf(report))],
  ['.json', (report) => `${JSON.stringify(report, null, 2)}\n`],
];

function titleOf({ definition }: AuditReport): string {
  return definition.title ?? definition.file;
}

/** `grammask reach audit` */
export function addAuditCommand(reach: Command): void {
  const command = reach
    .command('audit')
    .description(
      'what strangers can make the answers to your prompts say, and whether that keeps to a policy',
    )
    .argument('<file>', 'the audit, YAML or JSON (docs/reach-audit.md)');
  addJournalFlags(addModelFlags(command), 'a folder')
    .option(
      '-o, --output <file>',
      `a report, several times; the name tells which: .json, .html, .xml (JUnit), .sarif, .svg (heat map), .curve.svg`,
      several,
    )
    .option(
      '--time <time>',
      'what is not done after this time (30s, 10m, 2h) is inconclusive',
      durationOption('--time'),
    )
    .option('--shard <i/n>', 'reads only one of n parts of all texts, from 1; needs --journal', shardOption)
    .option('--merge <folder>', 'go on from the journal of a part, several times', several)
    .option('--batch <n>', 'prompts of a step at most (default: 32)', wholeNumberOption('--batch', 1))
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `
Exit code: 0 the policy holds, or there is none and everything was done; 100 it is violated; 3 inconclusive: not everything was done, or a rule
is neither proved nor violated; 2 wrong use; 130 interrupted.

Limits: certificates are of this model file, tokenizer, prompt, control, grammar and runtime. They say nothing of longer texts, of other
characters, of a temperature above 0, nor of who may write the prompt or the schema. Nothing outside of the file's folder is read; the
model may be named with --model.

Examples:
  $ grammask reach audit desk.yaml -o report.json -o report.html
  $ grammask reach audit desk.yaml --journal run --resume --time 10m`,
    )
    .action(async (path: string, flags: AuditFlags) => {
      process.exitCode = await run(path, flags);
    });
}

async function run(path: string, flags: AuditFlags): Promise<number> {
  const outputs = (flags.output ?? []).map(outputOf);
  const journal = journalOf(flags);
  const { shard, merge, time, batch } = flags;
  if (shard !== undefined && (journal === undefined || outputs.length > 0 || merge !== undefined)) {
    throw new GrammaskError('ARGUMENT', '--shard needs --journal, and goes with neither -o nor --merge', {
      hint: 'a part has no report: --merge FOLDER of all parts makes it',
    });
  }
  const lost = merge?.find((folder) => !existsSync(join(folder, 'searches.jsonl')));
  if (lost !== undefined) {
    throw new GrammaskError('ARGUMENT', `${lost} is no journal of an audit`, { location: { path: lost } });
  }
  const { definition, modelFolder } = await readAudit(path);
  const status = statusLine(flags.json !== true);
  return withModel(flags, modelFolder, async (model, signal) => {
    const report = await runAudit(definition, {
      ...{ model, signal, journal, shard, merge, budgetMs: time, batch },
      onProgress: (progress) => status.show(progressText(progress)),
    })
      .catch((error: unknown) => {
        throw withJournal(error, journal);
      })
      .finally(() => status.clear());
    for (const { file, write } of outputs) writeReport(file, write(report));
    if (flags.json === true) printJson(report);
    else for (const line of auditWords(report, colorsFor(process.stdout))) print(line);
    return exitOf(report);
  });
}

function outputOf(file: string): { file: string; write: (report: AuditReport) => string } {
  const write = writers.find(([end]) => file.toLowerCase().endsWith(end))?.[1];
  if (write !== undefined) {
    assertWritable(file);
    return { file, write };
  }
  throw new GrammaskError('ARGUMENT', `it is not clear from the name ${file} which report is meant`, {
    hint: `it ends in one of ${writers.map(([end]) => end).join(', ')}`,
  });
}

function exitOf({ verdict, complete }: AuditReport): number {
  if (verdict === 'violated') return EXIT.violated;
  if (verdict === 'inconclusive') return EXIT.inconclusive;
  return verdict === 'holds' || complete ? EXIT.holds : EXIT.inconclusive;
}

function progressText({ stage, case: id, cases, of, chunks, search }: AuditProgress): string {
  const searching = search === undefined ? 'searching' : progressWords(search);
  const how = stage === 'searching' ? searching : `part ${chunks.done} of ${chunks.of} read`;
  return `${id} (${cases + 1} of ${of}): ${how}`;
}

function auditWords(report: AuditReport, colors: Colors): string[] {
  const { cases, policy, verdict, complete, definition } = report;
  const lines = [colors.bold(titleOf(report))];
  for (const each of cases) lines.push('', ...caseWords(each, colors));
  if (policy.length > 0) lines.push('');
  for (const { id, verdict: own, results } of policy) {
    lines.push(`${id}: ${paint(own, colors)}`);
    for (const { case: name, verdict: one, message } of results) {
      if (one !== 'holds') lines.push(`  ${name ?? 'all together'}: ${message}`);
    }
  }
  lines.push('', verdict === null ? 'no policy was given' : `policy: ${paint(verdict, colors)}`);
  if (!complete) lines.push(colors.yellow(`not everything that ${definition.file} asks for was done`));
  return lines;
}

function caseWords(each: CaseReport, colors: Colors): string[] {
  const { id, baseline, flip, complete, total, counts, targets } = each;
  const read = complete
    ? `all ${countOf(total, 'text')}`
    : `${counts.enumerated} of ${countOf(total, 'text')}`;
  const rows = targets.map(({ target, label, least, witness }) => [
    `  ${outcomeText(target)}`,
    label,
    `k: ${leastText(least)}`,
    target === baseline
      ? 'what the empty text gives'
      : label === 'masked-out'
        ? 'the language of the answer does not have it: is it spelled as there?'
        : witness === null
          ? ''
          : witnessWords(witness),
  ]);
  const changed = `to change it takes ${leastText(flip.least)}`;
  return [
    `${colors.bold(id)}  the empty text gives ${outcomeText(baseline)}; ${changed}`,
    colors.dim(
      `  ${read} of at most ${each.certifyK} looked at${each.search === null ? '' : `; a search read ${countOf(each.search.evaluations, 'prompt')}`}`,
    ),
    ...(baseline === ABSENT ? [colors.yellow(`  ${isFieldSpelled}`)] : []),
    ...columns(rows),
    ...(flip.reason === undefined ? [] : [colors.dim(`  ${flip.reason}`)]),
  ];
}
