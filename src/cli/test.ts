import type { Command } from 'commander';
import { GrammaskError } from '../errors.js';
import { discoverSuites } from '../suites/discover.js';
import { reporterNames } from '../suites/reporters/reporters.js';
import { type TestOptions, testOnce } from '../suites/test-once.js';
import { wholeNumberOption } from './inputs.js';
import { assertWritable, writeReport } from './report-file.js';

interface Options {
  grep?: string;
  bail?: boolean;
  jobs?: number;
  timeout: number;
  reporter?: string;
  output?: string;
  json?: boolean;
  watch?: boolean;
  update?: boolean;
  coverage?: boolean;
  vocab?: string;
  fuzz?: number;
  seed?: number;
  judge?: string;
}

/** `grammask test [SUITE …]` */
export function addTestCommand(program: Command): void {
  program
    .command('test')
    .description('test grammars against the texts beside them, which they must accept and reject')
    .argument('[suites...]', 'grammars, tables (NAME.tests.yaml) or folders; the current folder without any')
    .option('--grep <pattern>', 'only texts whose suite and name match this regular expression')
    .option('--bail', 'begin no more texts after the first that fails')
    .option('--jobs <n>', 'threads (default: the number of cores)', wholeNumberOption('--jobs', 1, 256))
    .option(
      '--timeout <ms>',
      'milliseconds that a text may take',
      wholeNumberOption('--timeout', 1, 2 ** 31),
      10_000,
    )
    .option('--reporter <name>', `how to report: ${reporterNames.join(', ')} (default: human)`)
    .option('--output <file>', 'write the report to a file; the terminal gets the one for people')
    .option('--json', 'the same as --reporter json')
    .option('--update', 'write down where the texts to reject are wrong now')
    .option('--watch', 'test again what a changed file belongs to, until Ctrl-C')
    .option('--coverage', 'show which parts of the grammars no accepted text exercises')
    .option('--vocab <dir>', "ask for the same verdicts through the masks of this model folder's tokenizer")
    .option(
      '--fuzz <n>',
      'also try this many random texts for each grammar',
      wholeNumberOption('--fuzz', 1, 1e9),
    )
    .option(
      '--seed <n>',
      'the seed of the random texts (default: another one each time)',
      wholeNumberOption('--seed', 0, 2 ** 53),
    )
    .option('--judge <command>', 'with --fuzz: what knows better; a command, or a JavaScript module')
    .addHelpText(
      'after',
      `
Beside a grammar NAME.ebnf stand texts, NAME/accept/* and NAME/reject/*, or a table NAME.tests.yaml.

Exit code: 0 all texts get their verdict, 1 not all, 2 wrong use or a grammar that cannot be read,
3 some could not be decided in time.

Examples:
  $ grammask test grammars
  $ grammask test --reporter junit --output report.xml
  $ grammask test log.ebnf --fuzz 1000 --judge 'python3 judge.py'`,
    )
    .action(async (places: string[], options: Options) => {
      process.exitCode = await test(places, options);
    });
}

async function test(places: readonly string[], options: Options): Promise<number> {
  const settings = readOptions(options);
  if (options.watch === true) {
    const { watchSuites } = await import('../suites/watch.js');
    return watchSuites(places, settings);
  }
  if (options.output !== undefined) assertWritable(options.output);
  const suites = discoverSuites(places, settings.update);
  const { code, report, interrupted } = await testOnce(suites, settings);
  if (options.output !== undefined) writeReport(options.output, report);
  // A thread may be deep in a text, and would be waited for.
  if (interrupted) process.kill(process.pid, 'SIGINT');
  return code;
}

function readOptions(options: Options): TestOptions {
  const { reporter = options.json === true ? 'json' : 'human', output, vocab } = options;
  const refuse = (message: string, hint?: string): never => {
    throw new GrammaskError('ARGUMENT', message, { hint });
  };
  if (!(reporterNames as readonly string[]).includes(reporter)) {
    refuse(`there is no reporter ${reporter}`, `the reporters are ${reporterNames.join(', ')}`);
  }
  if (options.judge !== undefined && options.fuzz === undefined) {
    refuse('--judge needs --fuzz', 'add --fuzz 1000, the number of texts');
  }
  if (options.seed !== undefined && options.fuzz === undefined) refuse('--seed needs --fuzz');
  if (options.watch === true && (output !== undefined || reporter !== 'human')) {
    refuse('--watch reports to the terminal, for people', 'leave --output and --reporter out');
  }
  return {
    reporter: reporter as TestOptions['reporter'],
    toFile: output !== undefined,
    grep: readPattern(options.grep),
    bail: options.bail === true,
    jobs: options.jobs,
    timeoutMs: options.timeout,
    update: options.update === true,
    coverage: options.coverage === true || reporter === 'lcov',
    vocabulary: vocab,
    fuzz:
      options.fuzz === undefined
        ? undefined
        : { count: options.fuzz, seed: options.seed, judge: options.judge },
  };
}

function readPattern(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text, 'u');
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', `--grep is no regular expression: ${(cause as Error).message}`, {
      cause,
    });
  }
}
