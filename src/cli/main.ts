#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addCheckCommand } from './check.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { addExplainCommand } from './explain.js';
import { addGenerateCommand } from './generate.js';
import { printError, watchOutput } from './output.js';

/** Runs the command line. @returns the exit code */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const program = new Command('grammask')
    .description('Output of language models that is guaranteed to be in a language')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(--help shows how it is used)');
  addGenerateCommand(program);
  addCheckCommand(program);
  addExplainCommand(program);
  program.addHelpText('after', '\nExample:\n  $ grammask generate --schema invoice.schema.json < mail.txt');
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError(`(grammask ${command.name()} --help shows how it is used)`);
  }
  process.exitCode = undefined;
  try {
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? EXIT.holds);
  } catch (error) {
    // commander has printed its own errors, and the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.holds : EXIT.wrongUse;
    printError(error, args.includes('--json'));
    return exitCodeOf(error);
  }
}

watchOutput();
process.exitCode = await runCommandLine(process.argv.slice(2));
