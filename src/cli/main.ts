#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { GrammaskError } from '../errors.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { printError, watchOutput } from './output.js';

/** Runs the command line. @returns the exit code */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const program = new Command('grammask')
    .description('Output of language models that is guaranteed to be in a language')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(--help shows how it is used)');
  await addCommands(program, args[0]);
  program.addHelpText('after', '\nExample:\n  $ grammask generate --schema invoice.schema.json < mail.txt');
  const asJson = args.includes('--json');
  // Errors come out as JSON below.
  if (asJson) program.configureOutput({ writeErr: () => {} });
  for (const command of program.commands) {
    setUp(command, `grammask ${command.name()}`, asJson);
    for (const part of command.commands) setUp(part, `grammask ${command.name()} ${part.name()}`, asJson);
  }
  process.exitCode = undefined;
  try {
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? EXIT.holds);
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      printError(error, asJson);
      return exitCodeOf(error);
    }
    // commander has printed the help, and where it may its own errors.
    if (error.exitCode === 0) return EXIT.holds;
    if (asJson) printError(wrongUse(error), true);
    return EXIT.wrongUse;
  }
}

function setUp(command: Command, name: string, asJson: boolean): void {
  if (asJson) command.configureOutput({ writeErr: () => {} });
  command.exitOverride().showHelpAfterError(`(${name} --help shows how it is used)`);
}

type Add = (program: Command) => void;

const commands: Readonly<Record<string, () => Promise<Add>>> = {
  generate: async () => (await import('./generate.js')).addGenerateCommand,
  check: async () => (await import('./check.js')).addCheckCommand,
  test: async () => (await import('./test.js')).addTestCommand,
  explain: async () => (await import('./explain.js')).addExplainCommand,
  mask: async () => (await import('./mask.js')).addMaskCommand,
  lint: async () => (await import('./lint.js')).addLintCommand,
  fmt: async () => (await import('./fmt.js')).addFmtCommand,
  repair: async () => (await import('./repair.js')).addRepairCommand,
  reach: async () => (await import('./reach.js')).addReachCommand,
  mcp: async () => (await import('./mcp.js')).addMcpCommand,
};

/** Only the command that is asked for is loaded, or all of them for the help: loading takes longer than most commands. */
async function addCommands(program: Command, asked: string | undefined): Promise<void> {
  const known = asked !== undefined && Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands);
  for (const name of known) (await commands[name]?.())?.(program);
}

function wrongUse(error: CommanderError): GrammaskError {
  const message = error.code === 'commander.help' ? 'expected a command' : error.message;
  return new GrammaskError('ARGUMENT', message.replace(/^error: /, ''), {
    hint: '--help shows how it is used',
  });
}

watchOutput();
process.exitCode = await runCommandLine(process.argv.slice(2));
