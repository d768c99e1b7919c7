import type { Command } from 'commander';
import { GrammaskError } from '../errors.js';
import { type SystemDefinition, systemOptionsOf } from '../reach/audit/definition.js';
import { mergeSweeps, type SweepOptions, type SweepProgress, sweep } from '../reach/sweep.js';
import type { Shard } from '../reach/sweep-chunks.js';
import type { SweepReport } from '../reach/sweep-report.js';
import { deadlineAfter, sweepUntil } from '../reach/sweep-until.js';
import { EXIT } from './exit-codes.js';
import { wholeNumberOption } from './inputs.js';
import { colorsFor, print, printJson } from './output.js';
import {
  addJournalFlags,
  addSystemFlags,
  definitionOf,
  durationOption,
  journalOf,
  type SystemFlags,
  several,
  shardOption,
  targetOf,
  throughChat,
  withModel,
} from './reach-flags.js';
import { sweepWords } from './reach-words.js';
import { statusLine } from './status-line.js';

interface SweepFlags extends SystemFlags {
  k?: number;
  target?: readonly string[];
  forbidTarget?: boolean;
  chunk?: number;
  journal?: string;
  resume?: boolean;
  shard?: Shard;
  time?: number;
}

const codes = `
Exit code: 0 all texts were looked at; 1 never; 2 wrong use; 3 not all, or the answers are not sure; 130 interrupted.

Limits: with a characters there are 1 + a + a² + … texts; every one is read. A certificate is of this model file, tokenizer, prompt,
control, grammar and runtime, and says nothing of longer texts or of a temperature above 0.`;

/** `grammask reach sweep` and `grammask reach merge` */
export function addSweepCommands(reach: Command): void {
  const command = reach
    .command('sweep')
    .description('read every text of at most k symbols: exactly which answers there are')
    .argument('[prompt]', 'the prompt, with {{input}} where the text of others stands');
  addSweepFlags(addJournalFlags(addSystemFlags(command), 'a file'))
    .option(
      '--shard <i/n>',
      'only one of n parts, from 1; grammask reach merge joins their journals',
      shardOption,
    )
    .option('--time <time>', 'ends after this time (30s, 10m, 2h); needs --journal', durationOption('--time'))
    .addHelpText(
      'after',
      `${codes}

Example:
  $ grammask reach sweep --schema ticket.schema.json --field team --escape json --k 1 --template ticket.txt --slot remark`,
    )
    .action(async (prompt: string | undefined, flags: SweepFlags) => {
      process.exitCode = await runSweep(prompt, flags);
    });
  const merge = reach
    .command('merge')
    .description('the report of a sweep whose parts were done apart; the other options as they were there')
    .argument('<journals...>', 'the journals of the parts');
  addSweepFlags(addSystemFlags(merge))
    .option('--prompt <text>', 'the prompt, where it was an argument')
    .addHelpText(
      'after',
      `${codes}\n\nExample:\n  $ grammask reach merge --k 2 --template ticket.txt part-1.jsonl part-2.jsonl`,
    )
    .action(async (journals: string[], flags: SweepFlags & { prompt?: string }) => {
      const { prompt, ...rest } = flags;
      const asked = definitionOf(prompt, rest, 'in --prompt; arguments are journals');
      process.exitCode = await withSystem(asked, rest, (options) => mergeSweeps({ ...options, journals }));
    });
}

function addSweepFlags(command: Command): Command {
  return command
    .option('--k <n>', 'symbols of a text at most (default: 1)', wholeNumberOption('--k', 0))
    .option('--target <value>', 'a value that is to have a label; several times', several)
    .option('--forbid-target', 'texts that have the target in them do not count')
    .option('--chunk <n>', 'texts of a line of the journal (default: 512)', wholeNumberOption('--chunk', 1))
    .option('--json', 'the report as JSON');
}

async function runSweep(prompt: string | undefined, flags: SweepFlags): Promise<number> {
  const journal = journalOf(flags);
  const { shard, time } = flags;
  if (time !== undefined && journal === undefined) {
    throw new GrammaskError('ARGUMENT', '--time needs --journal', {
      hint: 'what was done stays there, and --resume goes on with it',
    });
  }
  const status = statusLine(flags.json !== true);
  const onProgress = ({ chunks, of, read, reached }: SweepProgress): void =>
    status.show(`${chunks} of ${of} parts, ${read} texts read, ${reached} outcomes`);
  const deadline = deadlineAfter(time);
  try {
    return await withSystem(definitionOf(prompt, flags), flags, async (options) => {
      status.show('Reading');
      try {
        if (journal === undefined) return await sweep({ ...options, shard, onProgress });
        const report = await sweepUntil(deadline.signal, { ...options, shard, onProgress, journal });
        if (report !== undefined) return report;
      } catch (error) {
        throw withJournal(error, journal);
      } finally {
        status.clear();
      }
      throw new GrammaskError('DEADLINE', 'the time ran out before a text was read', {
        hint: 'raise --time',
      });
    });
  } finally {
    deadline.end();
  }
}

/** Says where what is done stays. */
export function withJournal(error: unknown, journal: string | undefined): unknown {
  if (!GrammaskError.isInstance(error) || error.code !== 'ABORTED') return error;
  const hint =
    journal === undefined
      ? 'with --journal what is done would stay'
      : `what is done is in ${journal}: --resume goes on with it`;
  return new GrammaskError('ABORTED', 'interrupted', { hint, cause: error });
}

async function withSystem(
  asked: SystemDefinition,
  flags: SweepFlags,
  run: (options: SweepOptions) => Promise<SweepReport>,
): Promise<number> {
  return withModel(flags, undefined, async (model, signal) => {
    const definition = throughChat(asked, model.info.chatTemplate !== null, flags);
    const { k, chunk, forbidTarget, batch } = flags;
    const report = await run({
      ...{ ...systemOptionsOf(definition), model, signal, k, chunk, forbidTarget, batch },
      targets: flags.target?.map((text) => targetOf(text, definition)),
    });
    printReport(report, definition, flags);
    const isSure = report.complete && report.targets.every(({ reason }) => reason === undefined);
    return isSure ? EXIT.holds : EXIT.inconclusive;
  });
}

function printReport(report: SweepReport, definition: SystemDefinition, { json }: SweepFlags): void {
  if (json === true) printJson({ ...report, definition });
  else for (const line of sweepWords(report, colorsFor(process.stdout))) print(line);
}
