import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Explanation } from '../engine/explanation.js';
import type { Grammar } from '../engine/grammar.js';
import { grammarFiles, kindNames } from '../engine/grammar-kind.js';
import { EXIT } from './exit-codes.js';
import { readGrammar } from './grammar-source.js';
import { readInput, readStandardInput } from './inputs.js';
import { colorsFor, print, printJson } from './output.js';

interface CheckOptions {
  kind?: string;
  text?: boolean;
  json?: boolean;
}

interface Checked {
  name: string;
  explanation: Explanation;
  /** The text would be accepted without the line end at its end. */
  endsWithLine: boolean;
}

/** `grammask check GRAMMAR [TEXT | FILE …]` */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description(
      'check texts against a grammar: accepted, or the first wrong place and what was expected there',
    )
    .argument('<grammar>', `a file (${grammarFiles}), or the grammar itself with --kind`)
    .argument('[texts...]', 'files, or texts themselves; standard input without any')
    .option('--kind <kind>', `kind of the grammar: ${kindNames.join(', ')}`)
    .option('--text', 'the texts are texts, even where a file has that name')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit code: 0 all accepted, 1 not, 2 wrong use.

Examples:
  $ grammask check invoice.schema.json invoice.json
  $ grammask check --kind regex '[0-9]{4}-[0-9]{2}' 2026-11`,
    )
    .action(async (grammar: string, texts: string[], options: CheckOptions) => {
      process.exitCode = await check(grammar, texts, options);
    });
}

async function check(argument: string, texts: readonly string[], options: CheckOptions): Promise<number> {
  const grammar = readGrammar(argument, options.kind);
  const inputs = await readInputs(texts, options.text === true);
  const checked = inputs.map(({ name, bytes }) => explain(grammar, name, bytes));
  if (options.json) {
    printJson({
      grammar: argument,
      results: checked.map(({ name, explanation }) => ({ name, ...explanation })),
    });
  } else {
    for (const result of checked) printResult(result);
  }
  return checked.every(({ explanation }) => explanation.accepted) ? EXIT.holds : EXIT.doesNot;
}

async function readInputs(
  texts: readonly string[],
  areTexts: boolean,
): Promise<{ name: string; bytes: Uint8Array }[]> {
  if (texts.length === 0) return [{ name: 'standard input', bytes: await readStandardInput() }];
  return Promise.all(
    texts.map(async (text) => {
      const { path, bytes } = await readInput(text, areTexts);
      return { name: path ?? JSON.stringify(shorten(text)), bytes };
    }),
  );
}

function explain(grammar: Grammar, name: string, bytes: Uint8Array): Checked {
  const explanation = grammar.explain(bytes);
  const lineEnd = bytes.at(-1) !== 10 ? 0 : bytes.at(-2) === 13 ? 2 : 1;
  const endsWithLine =
    !explanation.accepted && lineEnd > 0 && grammar.test(bytes.subarray(0, bytes.length - lineEnd));
  return { name, explanation, endsWithLine };
}

function printResult({ name, explanation, endsWithLine }: Checked): void {
  const colors = colorsFor(process.stdout);
  if (explanation.accepted) {
    print(`${name}: ${colors.green('accepted')}`);
    return;
  }
  const { line, column, excerpt, expected, viable } = explanation;
  const place = `line ${line}, column ${column}`;
  const what = viable ? 'the text ends too early' : 'the text is wrong here';
  print(`${name}: ${colors.red(`not accepted, ${place}: ${what}`)}`);
  if (excerpt !== '') print(excerpt.replace(/^/gm, '    '));
  if (expected.length > 0) print(`  expected ${listOf(expected)}`);
  if (endsWithLine) print(`  without the line end at its end, ${basename(name)} is accepted`);
}

function listOf(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
