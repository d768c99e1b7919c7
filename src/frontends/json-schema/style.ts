import { describe } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import type { SchemaStyle } from '../program-format.js';
import type { JsonStyle } from './types.js';

/** What generation uses unless told otherwise: compact, in the schema's order, canonical, no undeclared members. */
export const generationStyle: Readonly<Required<JsonStyle>> = Object.freeze({
  whitespace: 'compact',
  keyOrder: 'schema',
  spelling: 'canonical',
  undeclared: 'forbid',
});

const WORDS = {
  whitespace: ['any', 'inside', 'compact', 'spaced'],
  keyOrder: ['any', 'schema'],
  spelling: ['any', 'canonical'],
  undeclared: ['schema', 'forbid'],
} as const;

/**
 * The style of a schema root.
 *
 * @throws {GrammaskError} `ARGUMENT` for a word that is none
 */
export function styleWords(style: JsonStyle | undefined): SchemaStyle {
  if (style === undefined) return {};
  if (typeof style !== 'object' || style === null || Array.isArray(style)) {
    throw new GrammaskError('ARGUMENT', `expected an object for style but received ${describe(style)}`, {
      hint: hintForWord(style),
    });
  }
  for (const [name, word] of Object.entries(style) as [string, unknown][]) {
    if (!Object.hasOwn(WORDS, name)) {
      throw new GrammaskError('ARGUMENT', `style has no option ${JSON.stringify(name)}`, {
        hint: `the options are ${Object.keys(WORDS).join(', ')}`,
      });
    }
    if (word !== undefined) checkWord(name as keyof typeof WORDS, word);
  }
  return {
    whitespace: style.whitespace,
    keyOrder: style.keyOrder,
    spelling: style.spelling,
    undeclared: style.undeclared,
  };
}

/** Where a word stands alone, as in `style: 'compact'`: the option that it belongs to. */
function hintForWord(word: unknown): string {
  const entries = Object.entries(WORDS) as [string, readonly unknown[]][];
  const name = entries.find(([, words]) => words.includes(word))?.[0];
  return name === undefined
    ? `the options are ${Object.keys(WORDS).join(', ')}, for example { whitespace: 'compact' }`
    : `write { ${name}: '${word}' }`;
}

const MAX_INDENT = 32;
const MAX_BOUND = 2 ** 31 - 1;

function checkWord(name: keyof typeof WORDS, word: unknown): void {
  const words: readonly unknown[] = WORDS[name];
  if (words.includes(word) || (name === 'whitespace' && (isIndent(word) || isBound(word)))) return;
  const shown = words.map((w) => `'${w}'`);
  if (name === 'whitespace') shown.push(`{ indent: 0 to ${MAX_INDENT} }`, `{ atMost: 1 to ${MAX_BOUND} }`);
  throw new GrammaskError(
    'ARGUMENT',
    `expected ${shown.join(' or ')} for style.${name} but received ${describe(word)}`,
  );
}

const isIndent = (word: unknown): boolean => isNumberOf(word, 'indent', 0, MAX_INDENT);
const isBound = (word: unknown): boolean => isNumberOf(word, 'atMost', 1, MAX_BOUND);

function isNumberOf(word: unknown, name: string, min: number, max: number): boolean {
  if (typeof word !== 'object' || word === null || Object.keys(word).join() !== name) return false;
  const number = (word as Record<string, unknown>)[name];
  return Number.isInteger(number) && (number as number) >= min && (number as number) <= max;
}
