import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { GrammaskError } from '../errors.js';
import type { EbnfDialect } from '../frontends/ebnf/ebnf-program.js';
import { formatEbnf } from '../frontends/ebnf/format-ebnf.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { inFile } from './inputs.js';
import { colorsFor, errorObject, print, printError, printJson } from './output.js';
import { readSource } from './written-source.js';

interface FmtOptions {
  check?: boolean;
  write?: boolean;
  dialect?: EbnfDialect;
  json?: boolean;
}

/** `grammask fmt GRAMMAR …` */
export function addFmtCommand(program: Command): void {
  program
    .command('fmt')
    .description('print EBNF grammars in canonical layout; comments and the language stay')
    .argument('<grammars...>', 'files (.ebnf, .gbnf); - is standard input')
    .option(
      '--check',
      'print nothing but the names of files that are laid out otherwise; exit code 1 if there are any',
    )
    .option('--write', 'write the files in place')
    .addOption(new Option('--dialect <name>', 'how the grammars are read').choices(['gbnf', 'xgrammar']))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit code: 0 done, 1 with --check: a file is laid out otherwise, 2 wrong use or no grammar; the other files are laid
out all the same.

Examples:
  $ grammask fmt calendar.ebnf
  $ grammask fmt --check grammars/*.ebnf`,
    )
    .action(async (paths: string[], options: FmtOptions) => {
      if (options.check && options.write) {
        throw new GrammaskError('ARGUMENT', '--check and --write do not go together');
      }
      if (options.write && paths.includes('-')) throw new GrammaskError('ARGUMENT', '--write needs files');
      process.exitCode = await format(paths, options);
    });
}

/** A file as it is laid out, or why it could not be. */
type Formatted = { readonly path: string } & (
  | { readonly changed: boolean; readonly text: string }
  | { readonly error: GrammaskError }
);

/** Formats the files that it can, also behind one that is broken, which decides the exit code. */
async function format(paths: readonly string[], options: FmtOptions): Promise<number> {
  const results: Formatted[] = [];
  for (const path of paths) results.push(await formatFile(path, options));
  const wrong = results.flatMap((result) => ('error' in result ? [result.error] : []));
  const good = results.flatMap((result) => ('error' in result ? [] : [result]));
  const changed = good.filter((result) => result.changed);
  if (options.write) {
    // All of them were read before the first is written.
    for (const { path, text } of changed) write(path, text);
  }
  if (options.json) printJson({ files: results.map((result) => jsonOf(result, options)) });
  else {
    const colors = colorsFor(process.stdout);
    if (options.check) for (const { path } of changed) print(colors.yellow(path));
    else if (options.write) for (const { path } of changed) print(`${path}: written`);
    else for (const { text } of good) process.stdout.write(text);
    for (const error of wrong) printError(error, false);
  }
  if (wrong[0] !== undefined) return exitCodeOf(wrong[0]);
  return options.check && changed.length > 0 ? EXIT.doesNot : EXIT.holds;
}

async function formatFile(path: string, { dialect }: FmtOptions): Promise<Formatted> {
  try {
    const { source, name } = await readSource(path, { command: 'fmt', kinds: ['ebnf'], kind: 'ebnf' });
    const text = inFile(name, () => formatEbnf(source, { dialect }));
    return { path, changed: text !== source, text };
  } catch (error) {
    if (!GrammaskError.isInstance(error)) throw error;
    return { path, error };
  }
}

function jsonOf(result: Formatted, { check, write: isWritten }: FmtOptions): object {
  const { path } = result;
  if ('error' in result) return { path, error: errorObject(result.error) };
  const { changed, text } = result;
  return { path, changed, ...(check || isWritten ? {} : { text }) };
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', `the file cannot be written: ${(cause as Error).message}`, {
      location: { path },
      cause,
    });
  }
}
