// Random and mutated grammars in Lark: each is a Grammar or a GrammaskError with its place, within the limits. A grammar is
// walked through masks of 300 tokens: mask and accept agree, there is no dead end, each finished text is in the language.
import { readFileSync } from 'node:fs';
import { Grammar } from '../../src/index.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { checkGrammar, limits } from './check-grammar.js';
import { mutateText } from './mutate.js';
import { Finding, runFuzz } from './run-fuzz.js';
import { WalkError } from './walk.js';

const page = readFileSync(new URL('../../docs/lark.md', import.meta.url), 'utf8');
const known = Array.from(page.matchAll(/```lark\n([\s\S]*?)```/g), ([, block = '']) => block);
const pieces = [
  ...'"()[]{}|*+?~&:,.@<>/%_-=#',
  '\n',
  'start: ',
  'A',
  'b',
  '::_',
  '::0',
  'b::incr([0:2])',
  ' %if lt(_, 3)',
  '%ignore " "\n',
  '%import common.INT\n',
  '%json {"type": "boolean"}',
  '%lark { start: "a" }',
  '%regex {"substring_chars": "ab"}',
  '[lazy]',
  '[suffix="x"]',
  '[max_tokens=2]',
  '[max_chars=1]',
  '[stop=""]',
  '<[1-3]>',
  '/[^a]*/',
  '"a".."c"',
  '😀',
];
const refusals = new Set(['SYNTAX', 'UNSUPPORTED', 'SCHEMA', 'DEADLINE', 'MEMORY']);

function randomTerminal(random: SeededRandom): string {
  const atoms = [
    '"a"',
    '"ab"i',
    '"a".."c"',
    '/[ab]*/',
    '/a|bc?/',
    'A',
    'B',
    '%regex {"substring_chars": "abc"}',
  ];
  const atom = (): string => random.pick(atoms) + random.pick(['', '', '*', '+', '?', '{1,2}']);
  const list = (count: number, join: string): string => Array.from({ length: count }, atom).join(join);
  return random.pick([atom(), list(2, ' '), list(2, ' | '), list(2, ' & '), `~${atom()}`]);
}

function randomRule(random: SeededRandom): string {
  const atoms = [
    '"a"',
    '"("',
    'A',
    'B',
    'r0',
    'r1',
    'r2',
    'lazy',
    'mark',
    'few',
    '"b"? r1',
    '(A | r2)*',
    '[r0 "-"]',
  ];
  const sequence = (): string =>
    Array.from(
      { length: random.below(4) },
      () => random.pick(atoms) + random.pick(['', '', '?', '{0,2}']),
    ).join(' ');
  return Array.from({ length: 1 + random.below(3) }, sequence).join(' | ');
}

function randomLark(random: SeededRandom): string {
  const lines = [
    random.chance(0.3) ? '%ignore /[ .]+/' : '',
    `start: ${randomRule(random)}`,
    ...[0, 1, 2].map((index) => `r${index}: ${randomRule(random)}`),
    `lazy[lazy]: /.*/ ${random.pick(['"<"', '/b+/', 'C'])}`,
    `mark[suffix=${random.pick(['"<"', '/ab?/', 'C'])}]: ${random.pick(['/.*/', 'C', '/a{1,3}/'])}`,
    `few[${random.pick(['max_tokens=2', 'max_chars=2', 'capture'])}]: ${random.pick(['/.*/', 'C "x"'])}`,
    `A: ${randomTerminal(random).replaceAll(/\b[AB]\b/g, 'C')}`,
    `B: ${randomTerminal(random).replaceAll(/\bB\b/g, 'C')}`,
    'C: /[ab]+/',
  ];
  return lines.join('\n');
}

function oneCase(random: SeededRandom): string {
  const source = random.chance(0.3) ? random.pick(known) : randomLark(random);
  const isMutated = random.chance(0.4);
  const text = isMutated ? mutateText(source, random, pieces) : source;
  const dialect = random.pick(['llguidance', 'xgrammar'] as const);
  try {
    return `${isMutated ? 'mutated' : 'random'} ${checkGrammar(() => Grammar.lark(text, { dialect, limits }), random, refusals)}`;
  } catch (error) {
    if (error instanceof Finding) throw error;
    throw new Finding(error instanceof WalkError ? error.message : 'an unexpected error', text, error);
  }
}

runFuzz('lark', oneCase);
