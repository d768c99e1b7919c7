import type { Command } from 'commander';
import { GrammaskError } from '../errors.js';
import { verify } from '../reach/ask-model-or-server.js';
import type { AuditReport } from '../reach/audit/audit-report.js';
import { systemOptionsOf } from '../reach/audit/definition.js';
import { outcomeText, quoted } from '../reach/audit/outcome-words.js';
import { readReport, type StoredReport } from '../reach/audit/read-report.js';
import { countOf } from '../reach/audit/symbol-words.js';
import { missing, type StoredVerifyReport, verifyReport } from '../reach/audit/verify-report.js';
import type { HttpTarget } from '../reach/http/http-target.js';
import { explainCase, explainTarget, labelWords } from '../reach/report/explain-words.js';
import { EXIT } from './exit-codes.js';
import { wholeNumberOption } from './inputs.js';
import { addModelFlags, type ModelFlags } from './language-flags.js';
import { type Colors, colorsFor, print, printJson } from './output.js';
import { interruptible, withModel } from './reach-flags.js';
import { curveLines } from './reach-plot.js';
import {
  addServerFlags,
  type ServerFlags,
  serverFindWords,
  serverFlipWords,
  serverOf,
} from './reach-server.js';
import { findWords, flipWords, sweepWords } from './reach-words.js';
import { statusLine } from './status-line.js';

interface VerifyFlags extends ModelFlags, ServerFlags {
  budget?: number;
  json?: boolean;
}

/** `grammask reach verify` and `grammask reach explain` */
export function addReportCommands(reach: Command): void {
  const verifyCommand = reach
    .command('verify')
    .description('read every witness of a report through generate again')
    .argument('<report>', 'a report as JSON');
  addServerFlags(addModelFlags(verifyCommand))
    .option('--budget <n>', 'with --url: requests at most (default: 1000)', wholeNumberOption('--budget', 1))
    .option('--json', 'what came of it as JSON')
    .addHelpText(
      'after',
      `
Exit code: 0 every witness gives what it should; 1 one does not; 2 wrong use; 3 they do, but the model, the runtime or the version is
another one, so that the report's certificates say nothing of it; 130 interrupted.

Limits: a witness can be replayed; that there is none can only be read again (grammask reach audit, sweep).

Example:
  $ grammask reach verify report.json`,
    )
    .action(async (path: string, flags: VerifyFlags) => {
      process.exitCode = await runVerify(path, flags);
    });
  reach
    .command('explain')
    .description('say in words what a report says: what was done, what its labels mean, and why not more')
    .argument('<report>', 'a report as JSON')
    .argument('[id]', 'of an audit: a field (template/field) or a value (template/field=value)')
    .option('--json', 'the lines as JSON')
    .addHelpText(
      'after',
      `
Exit code: 0; 2 where there is no such report or id.

Example:
  $ grammask reach explain report.json expense/decision=approve`,
    )
    .action(async (path: string, id: string | undefined, { json }: { json?: boolean }) => {
      const report = await readReport(path);
      const lines = explanation(report, id, colorsFor(process.stdout));
      if (json === true) printJson({ lines });
      else for (const line of lines) print(line);
    });
}

async function runVerify(path: string, flags: VerifyFlags): Promise<number> {
  const server = serverOf(flags);
  const report = await readReport(path);
  if (server !== undefined) return verifyServer(report, server, flags);
  if (flags.model === undefined && report.kind === 'reach-audit' && report.definition.model !== null) {
    throw new GrammaskError('ARGUMENT', `the report is of the model ${quoted(report.definition.model)}`, {
      hint: '--model names its folder: what a report names is not loaded',
    });
  }
  const status = statusLine(flags.json !== true);
  return withModel(flags, undefined, async (model, signal) => {
    const checked = await verifyReport(report, model, signal, (done, of) =>
      status.show(`${done} of ${countOf(of, 'field')} replayed`),
    ).finally(() => status.clear());
    return verified(checked, flags);
  });
}

async function verifyServer(report: StoredReport, model: HttpTarget, flags: VerifyFlags): Promise<number> {
  if (report.kind !== 'http-find' && report.kind !== 'http-flip') {
    throw new GrammaskError('ARGUMENT', 'the report is of a model, not of a server', {
      hint: 'leave --url out: the model is loaded that --model names',
    });
  }
  const { definition = missing() } = report;
  return interruptible(async (signal) => {
    const system = { ...systemOptionsOf(definition), model, signal };
    const checked = await verify(report, { ...system, budget: flags.budget });
    const witnesses = checked.witnesses.map((witness) => ({ case: null, ...witness }));
    return verified({ ...checked, kind: 'verify', format: 1, witnesses }, flags);
  });
}

function verified(checked: StoredVerifyReport, { json }: VerifyFlags): number {
  if (json === true) printJson(checked);
  else for (const line of verifyWords(checked, colorsFor(process.stdout))) print(line);
  if (!checked.holds) return EXIT.doesNot;
  return checked.differences.length === 0 ? EXIT.holds : EXIT.inconclusive;
}

function verifyWords({ witnesses, differences, holds }: StoredVerifyReport, colors: Colors): string[] {
  const wrong = witnesses.filter((witness) => !witness.holds);
  const head = holds
    ? colors.green(
        `${countOf(witnesses.length, 'witness').replace(/witnesss$/, 'witnesses')} replayed: each gives what it should`,
      )
    : colors.red(`${wrong.length} of ${witnesses.length} witnesses do not give what they should`);
  return [
    head,
    ...wrong.map(
      ({ case: id, text, expected, found }) =>
        `  ${id === null ? '' : `${id}: `}${quoted(text)} gives ${outcomeText(found)}, not ${outcomeText(expected)}`,
    ),
    ...(differences.length === 0
      ? []
      : [
          colors.yellow(
            `another setting (${differences.join(', ')}): certificates of the report say nothing of this one`,
          ),
        ]),
  ];
}

function explanation(report: StoredReport, id: string | undefined, colors: Colors): string[] {
  if (report.kind === 'reach-audit') return explainAudit(report, id, colors);
  if (id !== undefined) {
    throw new GrammaskError('ARGUMENT', 'only reports of audits have ids', { hint: 'leave the id out' });
  }
  switch (report.kind) {
    case 'sweep':
      return [...sweepWords(report, colors), '', ...meanings(report.targets)];
    case 'find':
      return findWords(report, colors);
    case 'flip':
      return flipWords(report, colors);
    case 'http-find':
      return serverFindWords(report, colors);
    case 'http-flip':
      return serverFlipWords(report, colors);
    case 'k-epsilon':
      return [...curveLines(report, colors), '', ...meanings(report.cases)];
  }
}

function meanings(targets: readonly { label: keyof typeof labelWords }[]): string[] {
  return [...new Set(targets.map(({ label }) => label))].map((label) => `${label}: ${labelWords[label]}`);
}

/** An audit, or a part of it, in words. */
function explainAudit(report: AuditReport, id: string | undefined, colors: Colors): string[] {
  if (id === undefined) {
    return [
      ...report.policy.flatMap(({ id: rule, verdict, results }) => [
        `${rule}: ${paint(verdict, colors)}`,
        ...results.map(
          ({ case: name, verdict: own, message }) => `  ${name ?? 'all together'}: ${own}: ${message}`,
        ),
      ]),
      ...report.cases.flatMap((each) => ['', ...explainCase(each)]),
    ];
  }
  const each = report.cases.find((one) => one.id === id || one.targets.some((target) => target.id === id));
  const target = each?.targets.find((one) => one.id === id);
  if (each !== undefined) return target === undefined ? explainCase(each) : explainTarget(target, each);
  const known = report.cases.map((one) => one.id);
  throw new GrammaskError('ARGUMENT', `the report has no ${JSON.stringify(id)}`, {
    hint: `the fields are ${known.slice(0, 10).join(', ')}${known.length > 10 ? ' and others' : ''}; a value is FIELD=VALUE`,
  });
}

/** A verdict in its colour. */
export function paint(verdict: string, colors: Colors): string {
  if (verdict === 'holds') return colors.green(verdict);
  return verdict === 'violated' ? colors.red(verdict) : colors.yellow(verdict);
}
