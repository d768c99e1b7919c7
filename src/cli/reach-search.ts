import type { Command } from 'commander';
import { GrammaskError } from '../errors.js';
import { find, flip } from '../reach/ask-model-or-server.js';
import { type SystemDefinition, systemOptionsOf } from '../reach/audit/definition.js';
import type { SearchSettings } from '../reach/find.js';
import type { HttpFindOptions } from '../reach/http/http-find.js';
import type { HttpSystemOptions } from '../reach/http/http-system.js';
import type { HttpTarget } from '../reach/http/http-target.js';
import type { ReachLabel } from '../reach/labels.js';
import type { SearchProgress } from '../reach/search-progress.js';
import type { SystemOptions } from '../reach/system.js';
import { EXIT } from './exit-codes.js';
import { numberOption, readTextFile, wholeNumberOption, wordOption } from './inputs.js';
import { colorsFor, print, printJson } from './output.js';
import {
  addJournalFlags,
  addSystemFlags,
  definitionOf,
  durationOption,
  interruptible,
  journalOf,
  type SystemFlags,
  several,
  targetOf,
  throughChat,
  withModel,
} from './reach-flags.js';
import {
  addServerFlags,
  type ServerFlags,
  serverFindWords,
  serverFlipWords,
  serverOf,
} from './reach-server.js';
import { withJournal } from './reach-sweep.js';
import { findWords, flipWords, progressWords } from './reach-words.js';
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

interface FindFlags extends SearchFlags, ServerFlags {
  method?: 'ladder' | 'upstream-greedy' | 'gcg' | 'random';
  gcgTopK?: number;
  gcgSwaps?: number;
  seed?: number;
}

interface FlipFlags extends Omit<SearchFlags, 'target'>, ServerFlags {
  target?: string;
  baseline?: string;
}

const codes = `
Exit code: 0 found; 1 proved that there is none; 2 wrong use; 3 not found, and nothing is proved; 130 interrupted.

Limits: what a search does not find may be there. A search that --time ends does not give the same on every machine. Of a server (--url)
nothing is ever proved, and its texts are of characters; --budget counts requests then (default: 1000).`;

export function addSearchFlags(command: Command): Command {
  return command
    .option('--max-k <n>', 'symbols of a text at most (default: 4)', wholeNumberOption('--max-k', 0))
    .option('--budget <n>', 'prompts that may be read (default: 10000)', wholeNumberOption('--budget', 1))
    .option(
      '--certify-k <n>',
      'every text of at most so many symbols is read (default: 1)',
      wholeNumberOption('--certify-k', 0),
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
  addServerFlags(addSearchFlags(addJournalFlags(addSystemFlags(findCommand), 'a file')))
    .option('--time <time>', 'time that it may take (30s, 10m, 2h)', durationOption('--time'))
    .option(
      '--method <name>',
      'ladder (default); to compare with: upstream-greedy, gcg, random',
      wordOption('--method', ['ladder', 'upstream-greedy', 'gcg', 'random'] as const),
    )
    .option(
      '--gcg-top-k <n>',
      'for gcg: tokens of a place (default: 256)',
      wholeNumberOption('--gcg-top-k', 1),
    )
    .option('--gcg-swaps <n>', 'for gcg: texts of a step (default: 512)', wholeNumberOption('--gcg-swaps', 1))
    .option('--seed <n>', 'for gcg and random (default: 0)', numberOption('--seed'))
    .addHelpText(
      'after',
      `${codes}

Example:
  $ grammask reach find --schema expense.schema.json --field decision --target approve --template claim.txt --slot remark
  $ grammask reach find --url http://127.0.0.1:8000/v1 --server-model my-model --target yes 'Is {{input}} hot? yes or no'`,
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
  addServerFlags(addSearchFlags(addJournalFlags(addSystemFlags(flipCommand), 'a file')))
    .option('--time <time>', 'time that it may take (30s, 10m, 2h)', durationOption('--time'))
    .addHelpText(
      'after',
      `${codes}

Example:
  $ grammask reach flip --schema ticket.schema.json --field team --max-k 3 --budget 2000 --template ticket.txt --slot remark`,
    )
    .action(async (prompt: string | undefined, flags: FlipFlags) => {
      process.exitCode = await runFlip(prompt, flags);
    });
}

async function runFind(prompt: string | undefined, flags: FindFlags): Promise<number> {
  const { method, gcgTopK: topK, gcgSwaps: swaps, seed } = flags;
  const server = serverOf(flags);
  const settings = { ...searchSettingsOf(flags), method, seed };
  const targetsOf = (definition: SystemDefinition): unknown[] | undefined =>
    flags.target?.map((text) => targetOf(text, definition));
  const labelsOf = ({ targets }: { targets: readonly { label: ReachLabel }[] }): ReachLabel[] =>
    targets.map(({ label }) => label);
  if (server === undefined) {
    const gcg = { ...(topK === undefined ? {} : { topK }), ...(swaps === undefined ? {} : { swaps }) };
    if (method !== 'gcg' && Object.keys(gcg).length > 0) {
      throw new GrammaskError('ARGUMENT', '--gcg-top-k and --gcg-swaps go with --method gcg');
    }
    return searching(prompt, flags, async (system, definition) => {
      const report = await find({ ...system, ...settings, gcg, targets: targetsOf(definition) });
      return { report, words: findWords(report, colors()), labels: labelsOf(report) };
    });
  }
  return asking(server, prompt, flags, async (system, definition) => {
    const asked = { ...system, ...settings, targets: targetsOf(definition) } as HttpFindOptions;
    const report = await find(asked);
    return { report, words: serverFindWords(report, colors()), labels: labelsOf(report) };
  });
}

async function runFlip(prompt: string | undefined, flags: FlipFlags): Promise<number> {
  const { target, baseline, ...rest } = flags;
  const server = serverOf(flags);
  const settings = searchSettingsOf(rest);
  const goalOf = (definition: SystemDefinition): object => ({
    ...(target === undefined ? {} : { target: targetOf(target, definition) }),
    ...(baseline === undefined ? {} : { baseline: targetOf(baseline, definition) }),
  });
  if (server === undefined) {
    return searching(prompt, rest, async (system, definition) => {
      const report = await flip({ ...system, ...settings, ...goalOf(definition) });
      return { report, words: flipWords(report, colors()), labels: [report.label] };
    });
  }
  return asking(server, prompt, rest, async (system, definition) => {
    const report = await flip({ ...system, ...settings, ...goalOf(definition) });
    return { report, words: serverFlipWords(report, colors()), labels: [report.label] };
  });
}

const colors = (): ReturnType<typeof colorsFor> => colorsFor(process.stdout);

interface Searched {
  readonly report: object;
  readonly words: readonly string[];
  readonly labels: readonly ReachLabel[];
}

/** A search of a model of this machine. */
async function searching(
  prompt: string | undefined,
  flags: SearchFlags,
  run: (
    system: SystemOptions & Pick<SearchSettings, 'onProgress'>,
    definition: SystemDefinition,
  ) => Promise<Searched>,
): Promise<number> {
  const asked = definitionOf(prompt, flags);
  const status = statusLine(flags.json !== true);
  return withModel(flags, undefined, async (model, signal) => {
    const definition = throughChat(asked, model.info.chatTemplate !== null, flags);
    status.show('Searching');
    const onProgress = (progress: SearchProgress): void => status.show(progressWords(progress));
    const system = { ...systemOptionsOf(definition), model, signal, batch: flags.batch, onProgress };
    const searched = await run(system, definition)
      .catch((error: unknown) => {
        throw withJournal(error, flags.journal);
      })
      .finally(() => status.clear());
    return told(searched, definition, flags);
  });
}

/** A search of a server. */
async function asking(
  server: HttpTarget,
  prompt: string | undefined,
  flags: SearchFlags,
  run: (
    system: HttpSystemOptions & Pick<SearchSettings, 'onProgress'>,
    definition: SystemDefinition,
  ) => Promise<Searched>,
): Promise<number> {
  const definition = throughChat(definitionOf(prompt, flags), true, flags);
  const status = statusLine(flags.json !== true);
  return interruptible(async (signal) => {
    const onProgress = (progress: SearchProgress): void => status.show(progressWords(progress, 'request'));
    const system = { ...systemOptionsOf(definition), model: server, signal, onProgress };
    const searched = await run(system, definition)
      .catch((error: unknown) => {
        throw withJournal(error, flags.journal);
      })
      .finally(() => status.clear());
    return told(searched, definition, flags);
  });
}

function told(
  { report, words, labels }: Searched,
  definition: SystemDefinition,
  { json }: SearchFlags,
): number {
  if (json === true) printJson({ ...report, definition });
  else for (const line of words) print(line);
  return exitOf(labels);
}

function exitOf(labels: readonly ReachLabel[]): number {
  if (labels.every((label) => label === 'exact-reachable')) return EXIT.holds;
  const isKnown = (label: ReachLabel): boolean =>
    ['exact-reachable', 'certified-unreachable', 'masked-out'].includes(label);
  return labels.every(isKnown) ? EXIT.doesNot : EXIT.inconclusive;
}
