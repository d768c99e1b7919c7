import type { Command } from 'commander';
import { GrammaskError } from '../errors.js';
import { type SystemDefinition, systemOptionsOf } from '../reach/audit/definition.js';
import { readBounded } from '../reach/audit/file-beside.js';
import { type KEpsilonOptions, type KEpsilonProgress, kEpsilon, type ReachCase } from '../reach/k-epsilon.js';
import { curvePicture } from '../reach/report/curve-picture.js';
import { EXIT } from './exit-codes.js';
import { addModelFlags } from './language-flags.js';
import { colorsFor, print, printJson } from './output.js';
import {
  addJournalFlags,
  addReadingFlags,
  sharedDefinitionOf,
  throughChat,
  withModel,
} from './reach-flags.js';
import { curveLines } from './reach-plot.js';
import { addSearchFlags, type SearchFlags, searchSettingsOf } from './reach-search.js';
import { withJournal } from './reach-sweep.js';
import { assertWritable, writeReport } from './report-file.js';
import { statusLine } from './status-line.js';

interface CurveFlags extends SearchFlags {
  svg?: string;
}

// Bytes of a list of cases, and cases in it.
const MOST_BYTES = 256 << 20;
const MOST_CASES = 1_000_000;

/** `grammask reach curve` */
export function addCurveCommand(reach: Command): void {
  const command = reach
    .command('curve')
    .description('over many prompts, each with its target: what share is reached with at most k symbols')
    .argument(
      '<cases>',
      'JSON lines: {"template": text or messages, "target": value, "id"?, "slot"?, "placement"?}',
    );
  addSearchFlags(addJournalFlags(addReadingFlags(addModelFlags(command)), 'a file'))
    .option('--svg <file>', 'write the curve as a picture')
    .addHelpText(
      'after',
      `
The interval is Wilson's, at 95 %: what more cases of this kind would show. --budget bounds each case.

Exit code: 0 done; 2 wrong use; 130 interrupted.

Limits: what is not found may be there; the column "out of reach" tells what is proved.

Example:
  $ grammask reach curve cases.jsonl --tokens all --max-k 3 --budget 1000 --svg curve.svg --journal curve.jsonl`,
    )
    .action(async (path: string, flags: CurveFlags) => {
      process.exitCode = await runCurve(path, flags);
    });
}

async function runCurve(path: string, flags: CurveFlags): Promise<number> {
  if (flags.svg !== undefined) assertWritable(flags.svg);
  const search = searchSettingsOf(flags);
  const { journal } = search;
  const cases = readCases(path);
  const shared = sharedDefinitionOf(flags);
  const status = statusLine(flags.json !== true);
  return withModel(flags, undefined, async (model, signal) => {
    const systems = cases.map(({ target: _target, id: _id, ...own }) =>
      throughChat(
        { ...shared, ...(own as Pick<SystemDefinition, 'template'>) },
        model.info.chatTemplate !== null,
        flags,
      ),
    );
    const dataset = cases.map(
      (each, index): ReachCase => ({ ...each, template: (systems[index] as SystemDefinition).template }),
    );
    const { template: _ignored, ...system } = systemOptionsOf({ ...shared, template: '' });
    const options: KEpsilonOptions = {
      ...{ ...system, ...search, model, signal, batch: flags.batch },
      onProgress: (progress) => status.show(curveProgress(progress)),
    };
    const report = await kEpsilon(dataset, options)
      .catch((error: unknown) => {
        throw withJournal(error, journal);
      })
      .finally(() => status.clear());
    if (flags.svg !== undefined) {
      writeReport(flags.svg, curvePicture(report, `${report.cases.length} cases`));
    }
    if (flags.json === true) {
      const found = report.cases.map((each, index) => ({ ...each, definition: systems[index] }));
      printJson({ ...report, cases: found });
    } else for (const line of curveLines(report, colorsFor(process.stdout))) print(line);
    return EXIT.holds;
  });
}

function curveProgress({ cases, of, reached, search }: KEpsilonProgress): string {
  const now =
    search === undefined ? '' : `; ${search.evaluations.toLocaleString('en')} texts of the next one read`;
  return `${cases} of ${of} cases, ${reached} reached${now}`;
}

function readCases(path: string): ReachCase[] {
  const lines = readBounded(path, MOST_BYTES)
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '');
  if (lines.length === 0 || lines.length > MOST_CASES) {
    throw new GrammaskError(
      'ARGUMENT',
      `the file has ${lines.length} cases, and may have 1 to ${MOST_CASES}`,
      {
        location: { path },
      },
    );
  }
  return lines.map(({ line, number }) => readCase(line, number));
}

const names = ['template', 'target', 'id', 'slot', 'placement'];

function readCase(line: string, number: number): ReachCase {
  const wrong = (why: string, cause?: unknown): GrammaskError =>
    new GrammaskError('ARGUMENT', `the case in line ${number}: ${why}`, {
      hint: `a case is an object with ${names.join(', ')}`,
      location: { line: number, column: 1, excerpt: '' },
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw wrong(`it is not JSON: ${(cause as Error).message}`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('expected an object');
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw wrong(`there is no member ${JSON.stringify(unknown)}`);
  for (const name of ['template', 'target']) {
    if (!Object.hasOwn(value, name)) throw wrong(`${name} is missing`);
  }
  const { id } = value as ReachCase;
  if (id !== undefined && typeof id !== 'string') throw wrong('expected a text for id');
  return value as ReachCase;
}
