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
    if (asJson) command.configureOutput({ writeErr: () => {} });
    command.exitOverride().showHelpAfterError(`(grammask ${command.name()} --help shows how it is used)`);
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

/** `test` stands alone where it is asked for: what the others load takes as long as thousands of texts. */
async function addCommands(program: Command, asked: string | undefined): Promise<void> {
  if (asked !== 'test') {
    const [generate, check, explain, mask, lint, fmt] = await Promise.all([
      import('./generate.js'),
      import('./check.js'),
      import('./explain.js'),
      import('./mask.js'),
      import('./lint.js'),
      import('./fmt.js'),
    ]);
    generate.addGenerateCommand(program);
    check.addCheckCommand(program);
    explain.addExplainCommand(program);
    mask.addMaskCommand(program);
    lint.addLintCommand(program);
    fmt.addFmtCommand(program);
  }
  (await import('./test.js')).addTestCommand(program);
}

function wrongUse(error: CommanderError): GrammaskError {
  const message = error.code === 'commander.help' ? 'expected a command' : error.message;
  return new GrammaskError('ARGUMENT', message.replace(/^error: /, ''), {
    hint: '--help shows how it is used',
  });
}

watchOutput();
process.exitCode = await runCommandLine(process.argv.slice(2));
