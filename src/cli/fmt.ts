import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { GrammaskError } from '../errors.js';
import type { EbnfDialect } from '../frontends/ebnf/ebnf-program.js';
import { formatEbnf } from '../frontends/ebnf/format-ebnf.js';
import { EXIT } from './exit-codes.js';
import { inFile } from './inputs.js';
import { colorsFor, print, printJson } from './output.js';
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
Exit code: 0 done, 1 with --check: a file is laid out otherwise, 2 wrong use or no grammar.

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

async function format(paths: readonly string[], options: FmtOptions): Promise<number> {
  const results: { path: string; changed: boolean; text: string }[] = [];
  for (const path of paths) {
    const { source, name } = await readSource(path, { command: 'fmt', kinds: ['ebnf'], kind: 'ebnf' });
    const text = inFile(name, () => formatEbnf(source, { dialect: options.dialect }));
    results.push({ path, changed: text !== source, text });
  }
  const changed = results.filter((result) => result.changed);
  if (options.write) {
    // All of them were read before the first is written.
    for (const { path, text } of changed) write(path, text);
  }
  const colors = colorsFor(process.stdout);
  if (options.json) {
    const quiet = options.check || options.write;
    printJson({
      files: results.map(({ path, changed, text }) => ({ path, changed, ...(quiet ? {} : { text }) })),
    });
  } else if (options.check) {
    for (const { path } of changed) print(colors.yellow(path));
  } else if (options.write) {
    for (const { path } of changed) print(`${path}: written`);
  } else {
    for (const { text } of results) process.stdout.write(text);
  }
  return options.check && changed.length > 0 ? EXIT.doesNot : EXIT.holds;
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
