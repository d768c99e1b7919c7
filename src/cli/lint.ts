import { type Command, Option } from 'commander';
import { GrammaskError } from '../errors.js';
import { type WrittenKind, writtenKinds } from '../frontends/written-grammar.js';
import { MAX_LENGTH } from '../lint/ambiguity.js';
import { lintGrammar } from '../lint/lint-grammar.js';
import type { LintOptions, LintReport } from '../lint/lint-report.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { inFile, wholeNumberOption } from './inputs.js';
import { colorsFor, errorObject, print, printError, printJson } from './output.js';
import { readSource } from './written-source.js';

interface LintFlags {
  kind?: WrittenKind;
  root?: string;
  dialect?: NonNullable<LintOptions['dialect']>;
  maxWarnings: number;
  budget?: number;
  json?: boolean;
}

/** What was found in a file, or why nothing could be. */
type Linted = { readonly path: string } & (LintReport | { readonly error: GrammaskError });

/** `grammask lint GRAMMAR …` */
export function addLintCommand(program: Command): void {
  program
    .command('lint')
    .description('look for what is hardly meant in grammars: EBNF, Lark, ABNF')
    .argument('<grammars...>', 'files (.ebnf, .gbnf, .lark, .abnf); - is standard input')
    .addOption(new Option('--kind <kind>', 'what they are written in').choices(writtenKinds))
    .option('--root <name>', 'the start rule (default: root in EBNF, start in Lark, the first rule in ABNF)')
    .addOption(
      new Option('--dialect <name>', 'how EBNF or Lark is read').choices(['gbnf', 'xgrammar', 'llguidance']),
    )
    .option(
      '--max-warnings <n>',
      'so many warnings are no failure',
      wholeNumberOption('--max-warnings', 0, 2 ** 31),
      0,
    )
    .option(
      '--budget <n>',
      'steps of the search for ambiguity; 0 leaves it out (default: 200000)',
      wholeNumberOption('--budget', 0, 1e12),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit code: 0 nothing but infos, 1 an error, or more warnings than --max-warnings, 2 wrong use or no grammar; the
other files are looked at all the same.

Example:
  $ grammask lint calendar.ebnf`,
    )
    .action(async (paths: string[], flags: LintFlags) => {
      const files: Linted[] = [];
      for (const path of paths) files.push(await lintFile(path, flags));
      if (flags.json) {
        printJson({
          files: files.map((file) =>
            'error' in file ? { path: file.path, error: errorObject(file.error) } : file,
          ),
        });
      } else for (const file of files) printLinted(file);
      process.exitCode = exitCode(files, flags.maxWarnings);
    });
}

async function lintFile(path: string, flags: LintFlags): Promise<Linted> {
  const { kind: wanted, root, dialect, budget } = flags;
  try {
    const { kind, source, name } = await readSource(path, {
      command: 'lint',
      kinds: writtenKinds,
      kind: wanted,
    });
    const options: LintOptions = { kind, root, dialect, ambiguityBudget: budget };
    return { path, ...inFile(name, () => lintGrammar(source, options)) };
  } catch (error) {
    if (!GrammaskError.isInstance(error)) throw error;
    return { path, error };
  }
}

function exitCode(files: readonly Linted[], maxWarnings: number): number {
  const wrong = files.find((file) => 'error' in file);
  if (wrong !== undefined) return exitCodeOf(wrong.error);
  const all = files.flatMap((file) => ('error' in file ? [] : file.findings));
  const errors = all.filter(({ severity }) => severity === 'error').length;
  const warnings = all.filter(({ severity }) => severity === 'warning').length;
  return errors > 0 || warnings > maxWarnings ? EXIT.doesNot : EXIT.holds;
}

function printLinted(file: Linted): void {
  if ('error' in file) printError(file.error, false);
  else printReport(file);
}

/** Rules that are named; of more only the number. */
const MOST_NAMED = 8;

function printReport({
  path,
  findings,
  ambiguitySearch,
  undecidedRules,
}: { path: string } & LintReport): void {
  const colors = colorsFor(process.stdout);
  const paint = { error: colors.red, warning: colors.yellow, info: colors.cyan };
  const name = path === '-' ? 'standard input' : path;
  for (const { code, severity, line, column, excerpt, message, hint } of findings) {
    print(`${name}:${line}:${column}: ${paint[severity](severity)} ${message} ${colors.dim(`(${code})`)}`);
    print(excerpt.replace(/^/gm, '    '));
    print(`  ${hint}`);
  }
  if (findings.length === 0) print(`${name}: ${colors.green('nothing to say')}`);
  if (undecidedRules.length > 0) {
    const more = undecidedRules.length - MOST_NAMED;
    const names = `${undecidedRules.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    print(
      colors.dim(`  ambiguity: not decided for ${names}: they have too many texts, or parts not looked at`),
    );
  } else if (ambiguitySearch !== 'off' && findings.every(({ code }) => code !== 'ambiguous-rule')) {
    print(colors.dim(`  ambiguity: not found in texts of up to ${MAX_LENGTH} characters`));
  }
}
