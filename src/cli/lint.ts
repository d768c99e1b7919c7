import { type Command, Option } from 'commander';
import type { EbnfDialect } from '../frontends/ebnf/ebnf-program.js';
import { MAX_LENGTH } from '../lint/ambiguity.js';
import { lintGrammar } from '../lint/lint-grammar.js';
import type { LintReport } from '../lint/lint-report.js';
import { readEbnf } from './ebnf-source.js';
import { EXIT } from './exit-codes.js';
import { numberOption } from './inputs.js';
import { colorsFor, print, printJson } from './output.js';

interface LintFlags {
  root?: string;
  dialect?: EbnfDialect;
  maxWarnings: number;
  budget?: number;
  json?: boolean;
}

/** `grammask lint GRAMMAR …` */
export function addLintCommand(program: Command): void {
  program
    .command('lint')
    .description('look for what is hardly meant in EBNF grammars')
    .argument('<grammars...>', 'files (.ebnf, .gbnf); - is standard input')
    .option('--root <name>', 'the start rule (default: root)')
    .addOption(new Option('--dialect <name>', 'how the grammars are read').choices(['gbnf', 'xgrammar']))
    .option('--max-warnings <n>', 'so many warnings are no failure', numberOption('--max-warnings'), 0)
    .option(
      '--budget <n>',
      'steps of the search for ambiguity; 0 leaves it out (default: 200000)',
      numberOption('--budget'),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit code: 0 nothing but infos, 1 an error, or more warnings than --max-warnings, 2 wrong use or no grammar.

Example:
  $ grammask lint calendar.ebnf`,
    )
    .action(async (paths: string[], flags: LintFlags) => {
      const files: ({ path: string } & LintReport)[] = [];
      for (const path of paths) {
        const source = await readEbnf(path, 'lint');
        const { root, dialect, budget } = flags;
        files.push({ path, ...lintGrammar(source, { root, dialect, ambiguityBudget: budget }) });
      }
      if (flags.json) printJson({ files });
      else for (const file of files) printReport(file);
      const all = files.flatMap(({ findings }) => findings);
      const errors = all.filter(({ severity }) => severity === 'error').length;
      const warnings = all.filter(({ severity }) => severity === 'warning').length;
      process.exitCode = errors > 0 || warnings > flags.maxWarnings ? EXIT.doesNot : EXIT.holds;
    });
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
