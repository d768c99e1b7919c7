import type { Command } from 'commander';
import { Compiler } from '../engine/compiler.js';
import type { Explanation } from '../engine/explanation.js';
import type { Grammar } from '../engine/grammar.js';
import { grammarFiles, kindNames } from '../engine/grammar-kind.js';
import { Vocabulary } from '../engine/vocabulary.js';
import { embeddedModelPath } from '../model/model-folder.js';
import { readableBytes } from '../readable-bytes.js';
import { type OpenRule, openRules } from '../suites/coverage/open-rules.js';
import { vocabularyFromDirectory } from '../tokenizer/vocabulary-directory.js';
import { EXIT } from './exit-codes.js';
import { readGrammarAndSource } from './grammar-source.js';
import { readInput, wholeNumberOption } from './inputs.js';
import { colorsFor, print, printJson } from './output.js';
import { groupTokens, type TokenGroup } from './token-groups.js';

interface MaskOptions {
  kind?: string;
  model?: string;
  text?: boolean;
  limit: number;
  json?: boolean;
}

/** Which tokens may come behind a text. */
interface Allowed {
  /** The text so far is in the language: the stop tokens are allowed. */
  accepting: boolean;
  allowed: number;
  vocabulary: number;
  /** Stop tokens that are allowed, and special tokens: these have no text. */
  stop: { id: number; name: string }[];
  special: { id: number; name: string }[];
  /** What must come next, whatever the model likes. */
  forced: string;
  /** What the grammar expects here, in words. */
  expected: string[];
  /** The rules in which the text ends, each stack from the start rule inwards; none for grammars without rules. */
  rules: (readonly OpenRule[])[];
  groups: TokenGroup[];
  /** Groups that are not listed, and the tokens in them. */
  more: { groups: number; tokens: number };
}

const EXAMPLES = 8;
/** What the look for the open rules may take. */
const OPEN_RULES_MS = 2000;

/** `grammask mask GRAMMAR --model DIR [TEXT]` */
export function addMaskCommand(program: Command): void {
  program
    .command('mask')
    .description('tell which tokens of a model may come behind a text')
    .argument('<grammar>', `a file (${grammarFiles}), or the grammar itself with --kind`)
    .argument('[text]', 'the text so far: a file, - for standard input, or the text itself (default: none)')
    .option('--kind <kind>', `kind of the grammar: ${kindNames.join(', ')}`)
    .option('--model <dir>', "a model's folder with its tokenizer.json (default: the embedded model)")
    .option('--text', 'the text is a text, even where a file has that name')
    .option('--limit <n>', 'most groups of tokens to list', wholeNumberOption('--limit', 0, 2 ** 31), 20)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit code: 0 some token may come, 1 the text is not the beginning of any text of the grammar, 2 wrong use.

Example:
  $ grammask mask --kind regex '[0-9]{4}-[0-9]{2}' 2026-`,
    )
    .action(async (argument: string, text: string | undefined, options: MaskOptions) => {
      const { grammar, kind, source } = readGrammarAndSource(argument, options.kind);
      const { bytes } = await readInput(text ?? '', options.text === true);
      const explanation = grammar.explain(bytes);
      if (!explanation.viable) {
        if (options.json) printJson(explanation);
        else printDead(explanation);
        process.exitCode = EXIT.doesNot;
        return;
      }
      const folder = options.model ?? embeddedModelPath;
      const known = openRules({ kind, source }, bytes, OPEN_RULES_MS) ?? [];
      const allowed = {
        ...(await allowedTokens(grammar, bytes, folder, options.limit, explanation)),
        rules: [...known],
      };
      if (options.json) printJson({ viable: true, ...allowed });
      else printAllowed(allowed);
      process.exitCode = allowed.allowed > 0 ? EXIT.holds : EXIT.doesNot;
    });
}

async function allowedTokens(
  grammar: Grammar,
  bytes: Uint8Array,
  folder: string,
  limit: number,
  explanation: Explanation,
): Promise<Omit<Allowed, 'rules'>> {
  const vocabulary = await Vocabulary.fromDirectory(folder);
  const { specialTokens, specialNames } = await vocabularyFromDirectory(folder);
  const names = new Map<number, string>();
  for (const [index, id] of [...specialTokens].entries()) names.set(id, specialNames[index] ?? `token ${id}`);
  using compiler = new Compiler(vocabulary);
  using compiled = await compiler.compile(grammar);
  using matcher = compiled.matcher();
  matcher.acceptBytes(bytes);
  const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
  matcher.fillMask(mask);
  const stopTokens = new Set(vocabulary.stopTokens);
  const stop: Allowed['stop'] = [];
  const special: Allowed['special'] = [];
  const tokens: { id: number; bytes: Uint8Array }[] = [];
  for (let id = 0; id < vocabulary.tokenCount; id++) {
    if ((((mask[id >> 5] as number) >>> (id & 31)) & 1) === 0) continue;
    const name = names.get(id) ?? `token ${id}`;
    if (stopTokens.has(id)) stop.push({ id, name });
    else if (vocabulary.isSpecial(id)) special.push({ id, name });
    else tokens.push({ id, bytes: vocabulary.bytes(id) });
  }
  const groups = groupTokens(tokens, EXAMPLES);
  const rest = groups.slice(limit);
  return {
    accepting: matcher.isAccepting,
    allowed: tokens.length + stop.length + special.length,
    vocabulary: vocabulary.tokenCount,
    stop,
    special,
    forced: readableBytes(matcher.forcedBytes()),
    expected: explanation.expected,
    groups: groups.slice(0, limit),
    more: { groups: rest.length, tokens: rest.reduce((sum, { count }) => sum + count, 0) },
  };
}

function printDead({ line, column, excerpt, expected }: Explanation): void {
  const colors = colorsFor(process.stdout);
  print(colors.red(`no token may come: the text is wrong at line ${line}, column ${column}`));
  if (excerpt !== '') print(excerpt.replace(/^/gm, '    '));
  if (expected.length > 0) print(`  expected ${expected.join(', ')}`);
}

function printAllowed(found: Allowed): void {
  const colors = colorsFor(process.stdout);
  const { allowed, vocabulary, stop, special, forced, expected, groups, more, rules } = found;
  print(`${colors.bold(String(allowed))} of ${vocabulary} tokens may come next`);
  if (expected.length > 0) print(`  the grammar expects ${expected.join(', ')}`);
  rules.forEach((stack, index) => {
    print(`  ${index === 0 ? 'in' : 'or'} ${stackInWords(stack)}`);
  });
  if (forced !== '') print(`  these characters must come: ${colors.cyan(forced)}`);
  print(
    found.accepting
      ? `  the text may end here: ${stop.map(({ id, name }) => `${name} (${id})`).join(', ') || 'no stop token is known'}`
      : '  the text may not end here',
  );
  if (special.length > 0) {
    print(`  special tokens: ${special.map(({ id, name }) => `${name} (${id})`).join(', ')}`);
  }
  const width = Math.max(0, ...groups.map(({ count }) => String(count).length));
  const alone = groups.filter(({ count }) => count === 1);
  for (const { prefix, count, tokens } of groups) {
    if (count === 1) continue;
    const shown = tokens.map(({ text }) => colors.cyan(quote(text))).join(' ');
    const rest = count > tokens.length ? ' …' : '';
    print(`  ${String(count).padStart(width)} begin with ${colors.bold(quote(prefix))}: ${shown}${rest}`);
  }
  if (alone.length > 0) {
    const shown = alone.map(({ prefix }) => colors.cyan(quote(prefix))).join(' ');
    print(`  ${String(alone.length).padStart(width)} alone: ${shown}`);
  }
  if (more.groups > 0)
    print(`  and ${more.tokens} tokens in ${more.groups} more groups (--limit lists more)`);
}

/** Rules that are named of a stack, at its inner and at its outer end. */
const MOST_NAMED = 6;

/** The innermost rule first, as people ask for it. */
function stackInWords(stack: readonly OpenRule[]): string {
  const words: { name: string; times: number }[] = [];
  for (const { name } of [...stack].reverse()) {
    const last = words.at(-1);
    if (last?.name === name) last.times += 1;
    else words.push({ name, times: 1 });
  }
  const named = words.map(({ name, times }) => (times === 1 ? name : `${name} (${times} deep)`));
  const left = named.length - 2 * MOST_NAMED;
  if (left > 0) named.splice(MOST_NAMED, left, `${left} more`);
  return named.map((name, index) => (index === 0 ? `rule ${name}` : name)).join(', within ');
}

function quote(text: string): string {
  return `\`${text}\``;
}
