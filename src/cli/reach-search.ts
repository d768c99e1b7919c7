import type { Command } from 'commander';
import { type SystemDefinition, systemOptionsOf } from '../reach/audit/definition.js';
import { type FindReport, find, type SearchSettings } from '../reach/find.js';
import { flip } from '../reach/flip.js';
import type { ReachLabel } from '../reach/labels.js';
import type { SystemOptions } from '../reach/system.js';
import { EXIT } from './exit-codes.js';
import { numberOption, readTextFile, wordOption } from './inputs.js';
import { colorsFor, print, printJson } from './output.js';
import {
  addJournalFlags,
  addSystemFlags,
  definitionOf,
  durationOption,
  journalOf,
  type SystemFlags,
  several,
  targetOf,
  throughChat,
  withModel,
} from './reach-flags.js';
import { withJournal } from './reach-sweep.js';
import { findWords, flipWords } from './reach-words.js';
import { statusLine } from './status-line.js';

export interface SearchFlags extends SystemFlags {
  target?: readonly string[];
  maxK?: number;
  budget?: number;
  time?: number;
  certifyK?: number;
  seedText?: readonly string[];
  seeds?: string;
  forbidTarget?: boolean;
  journal?: string;
  resume?: boolean;
}

interface FindFlags extends SearchFlags {
  method?: 'ladder' | 'upstream-greedy' | 'random';
  seed?: number;
}

interface FlipFlags extends SearchFlags {
  baseline?: string;
}

const codes = `
Exit code: 0 found; 1 proved that there is none; 2 wrong use; 3 not found, and nothing is proved; 130 interrupted.

Limits: what a search does not find may be there. A search that --time ends does not give the same on every machine.`;

export function addSearchFlags(command: Command): Command {
  return command
    .option('--max-k <n>', 'symbols of a text at most (default: 4)', numberOption('--max-k'))
    .option('--budget <n>', 'prompts that may be read (default: 10000)', numberOption('--budget'))
    .option(
      '--certify-k <n>',
      'every text of at most so many symbols is read (default: 1)',
      numberOption('--certify-k'),
    )
    .option('--seed-text <text>', 'a text that is tried first; several times', several)
    .option('--seeds <file>', 'texts that are tried first, one a line')
    .option('--forbid-target', 'texts that have the target in them do not count')
    .option('--json', 'the report as JSON');
}

export function searchSettingsOf(flags: SearchFlags): SearchSettings {
  const { maxK, budget, time, certifyK, seedText = [], seeds, forbidTarget } = flags;
  const lines =
    seeds === undefined
      ? []
      : readTextFile(seeds)
          .replace(/\r?\n$/, '')
          .split(/\r?\n/);
  return {
    maxK,
    budget,
    budgetMs: time,
    certifyK,
    seeds: [...seedText, ...lines],
    forbidTarget,
    journal: journalOf(flags),
  };
}

/** `grammask reach find` and `grammask reach flip` */
export function addSearchCommands(reach: Command): void {
  const findCommand = reach
    .command('find')
    .description('look for a text that makes the model give a value')
    .argument('[prompt]', 'the prompt, with {{input}} where the text of others stands')
    .requiredOption(
      '--target <value>',
      'what is to be reached: a value of the field, an answer, a token; several times',
      several,
    );
  addSearchFlags(addJournalFlags(addSystemFlags(findCommand), 'a file'))
    .option('--time <time>', 'time that it may take (30s, 10m, 2h)', durationOption('--time'))
    .option(
      '--method <name>',
      'ladder (default); to compare with: upstream-greedy, random',
      wordOption('--method', ['ladder', 'upstream-greedy', 'random'] as const),
    )
    .option('--seed <n>', 'for --method random (default: 0)', numberOption('--seed'))
    .addHelpText(
      'after',
      `${codes}

Example:
  $ grammask reach find --schema expense.schema.json --field decision --target approve --template claim.txt --slot remark`,
    )
    .action(async (prompt: string | undefined, flags: FindFlags) => {
      process.exitCode = await runFind(prompt, flags);
    });
  const flipCommand = reach
    .command('flip')
    .description('the least number of symbols that changes the answer')
    .argument('[prompt]', 'the prompt, with {{input}} where the text of others stands')
    .option('--target <value>', 'the value that it is to become (default: any other)')
    .option('--baseline <value>', 'the value that is to be left (default: what the empty text gives)');
  addSearchFlags(addJournalFlags(addSystemFlags(flipCommand), 'a file'))
    .option('--time <time>', 'time that it may take (30s, 10m, 2h)', durationOption('--time'))
    .addHelpText(
      'after',
      `${codes}

Example:
  $ grammask reach flip --schema ticket.schema.json --field team --max-k 3 --budget 2000 --template ticket.txt --slot remark`,
    )
    .action(async (prompt: string | undefined, flags: Omit<FlipFlags, 'target'> & { target?: string }) => {
      process.exitCode = await runFlip(prompt, flags);
    });
}

async function runFind(prompt: string | undefined, flags: FindFlags): Promise<number> {
  const { method, seed } = flags;
  return searching(prompt, flags, async (system, definition) => {
    const targets = flags.target?.map((text) => targetOf(text, definition));
    const report = await find({ ...system, ...searchSettingsOf(flags), targets, method, seed });
    return { report, words: findWords, labels: labelsOf(report) };
  });
}

function labelsOf({ targets }: FindReport): ReachLabel[] {
  return targets.map(({ label }) => label);
}

async function runFlip(
  prompt: string | undefined,
  { target, baseline, ...flags }: Omit<FlipFlags, 'target'> & { target?: string },
): Promise<number> {
  return searching(prompt, flags, async (system, definition) => {
    const report = await flip({
      ...{ ...system, ...searchSettingsOf(flags) },
      ...(target === undefined ? {} : { target: targetOf(target, definition) }),
      ...(baseline === undefined ? {} : { baseline: targetOf(baseline, definition) }),
    });
    return { report, words: flipWords, labels: [report.label] };
  });
}

interface Searched<Report> {
  readonly report: Report;
  readonly words: (report: Report, colors: ReturnType<typeof colorsFor>) => string[];
  readonly labels: readonly ReachLabel[];
}

async function searching<Report extends object>(
  prompt: string | undefined,
  flags: SearchFlags,
  run: (system: SystemOptions, definition: SystemDefinition) => Promise<Searched<Report>>,
): Promise<number> {
  const asked = definitionOf(prompt, flags);
  const status = statusLine(flags.json !== true);
  return withModel(flags, undefined, async (model, signal) => {
    const definition = throughChat(asked, model, flags);
    const started = performance.now();
    const tell = (): void => status.show(`Searching, ${((performance.now() - started) / 1000).toFixed(0)} s`);
    tell();
    const timer = setInterval(tell, 1000);
    const system = { ...systemOptionsOf(definition), model, signal, batch: flags.batch };
    const { report, words, labels } = await run(system, definition)
      .catch((error: unknown) => {
        throw withJournal(error, flags.journal);
      })
      .finally(() => {
        clearInterval(timer);
        status.clear();
      });
    if (flags.json === true) printJson({ ...report, definition });
    else for (const line of words(report, colorsFor(process.stdout))) print(line);
    return exitOf(labels);
  });
}

function exitOf(labels: readonly ReachLabel[]): number {
  if (labels.every((label) => label === 'exact-reachable')) return EXIT.holds;
  const isKnown = (label: ReachLabel): boolean =>
    ['exact-reachable', 'certified-unreachable', 'masked-out'].includes(label);
  return labels.every(isKnown) ? EXIT.doesNot : EXIT.inconclusive;
}
