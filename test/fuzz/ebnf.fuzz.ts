// Random, mutated and hostile grammars: each is a Grammar or a GrammaskError with its place, within the limits. A grammar
// is walked through masks of 300 tokens: mask and accept agree, there is no dead end, each finished text is in the language.
import { Grammar, GrammaskError } from '../../src/index.js';
import { KNOWN_EBNF, randomEbnf } from '../differential/random-ebnf.js';
import { randomRegex } from '../differential/random-regex.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { checkGrammar, limits } from './check-grammar.js';
import { mutateText } from './mutate.js';
import { Finding, runFuzz } from './run-fuzz.js';
import { WalkError } from './walk.js';

const pieces = [
  ...'"()[]{}|*+?^-\\.#',
  '\n',
  ' ::= ',
  'root',
  'x',
  'y',
  'nowhere',
  '{0}',
  '{3,1}',
  '{999999999}',
  '{1,}',
  '\\x4',
  '\\u{110000}',
  '\\ud800',
  '[^]',
  '[z-a]',
  'é',
  '😀',
  '"a"',
  '""',
];
const refusals = new Set(['SYNTAX', 'UNSUPPORTED', 'DEADLINE', 'MEMORY']);

function hostileGrammar(random: SeededRandom): string {
  const count = random.pick([20, 300, 5000]);
  const big = random.pick(['1000', '65536', '1000000', '4294967296']);
  switch (random.below(10)) {
    case 0:
      return `root ::= ${'('.repeat(count)}"a"${')'.repeat(count)}`;
    case 1:
      return `root ::= ${'('.repeat(count)}"a"${')*'.repeat(count)}`;
    case 2:
      return `root ::= ("a" | "b"){${big}} "c"{0,${big}}`;
    case 3:
      return `root ::= "x" root{0,${random.pick([5, 50])}} | "y"`;
    case 4:
      return `root ::= r0\n${Array.from({ length: count }, (_, i) => `r${i} ::= r${(i + 1) % count} | "a" r${(i * 7) % count} | "b"`).join('\n')}`;
    case 5:
      return `root ::= r0\n${Array.from({ length: count }, (_, i) => `r${i} ::= ${i + 1 < count ? `r${i + 1} r${i + 1}` : '"a" | ""'}`).join('\n')}`;
    case 6:
      return `root ::= ${Array.from({ length: count }, (_, i) => `"word${i * 31}"`).join(' | ')}`;
    case 7:
      return `root ::= ${Array.from({ length: Math.min(count, 300) }, () => '"a"?').join(' ')} root | "b"`;
    case 8:
      return 'root ::= root root root | "a" root "a" | root "b" | ""';
    default:
      return `root ::= [a-z]{1,${big}} "@" (root | "."){2,${random.pick([3, 40])}} | "q"`;
  }
}

function randomSource(random: SeededRandom): { kind: string; make: () => Grammar; text: string } {
  const choice = random.below(12);
  const ebnf = (kind: string, text: string) => ({ kind, text, make: () => Grammar.ebnf(text, { limits }) });
  if (choice < 4) return ebnf('random', randomEbnf(random));
  if (choice < 6) return ebnf('mutated', mutateText(random.pick(KNOWN_EBNF), random, pieces));
  if (choice < 9) return ebnf('mutated', mutateText(randomEbnf(random), random, pieces));
  if (choice < 10) return ebnf('hostile', hostileGrammar(random));
  const regex = randomRegex(random, 3);
  const text = random.chance(0.5) ? regex : mutateText(regex, random, pieces);
  return { kind: 'regex', text, make: () => Grammar.regex(text, { limits }) };
}

function oneCase(random: SeededRandom): string {
  const { kind, make, text } = randomSource(random);
  try {
    const outcome = checkGrammar(make, random, refusals, checkPrinted);
    return `${kind} ${outcome}`;
  } catch (error) {
    if (error instanceof Finding) throw error;
    throw new Finding(error instanceof WalkError ? error.message : 'an unexpected error', text, error);
  }
}

/** What it prints as reads back, and holds the same text. */
function checkPrinted(grammar: Grammar, text: Uint8Array): void {
  let printed: string;
  try {
    printed = grammar.toString();
  } catch (error) {
    if (GrammaskError.isInstance(error) && error.code === 'UNSUPPORTED') return;
    throw error;
  }
  if (printed.length > 100_000) return;
  if (!Grammar.ebnf(printed, { limits }).test(text)) {
    throw new WalkError(`${JSON.stringify(Buffer.from(text).toString())} is not in what prints: ${printed}`);
  }
}

runFuzz('ebnf', oneCase);
