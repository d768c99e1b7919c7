import { generationStyle, type JsonStyle } from '../../src/index.js';
import type { SeededRandom } from '../support/seeded-random.js';
import type { LanguageSpec } from './language-spec.js';
import { KNOWN_EBNF, randomEbnf } from './random-ebnf.js';
import { randomFinite } from './random-finite.js';
import { randomRegex } from './random-regex.js';
import { randomSchema } from './random-schema.js';

const CHOICES = ['a', 'ab', 'b', 'kind', 'é', '😀', '{"', '"', '12', '1', '', 'aba', 'null'];

/** A random language of any kind. `token` is a special token that may stand in it. */
export function randomLanguage(random: SeededRandom, token: number): LanguageSpec {
  const kind = random.below(100);
  if (kind < 34) return { kind: 'schema', text: randomSchema(random) };
  if (kind < 58) return { kind: 'schema', text: randomSchema(random), style: generationStyle };
  if (kind < 64) return { kind: 'schema', text: randomSchema(random), style: randomStyle(random) };
  if (kind < 76) return { kind: 'ebnf', text: randomEbnf(random) };
  if (kind < 79) return { kind: 'ebnf', text: random.pick(KNOWN_EBNF) };
  if (kind < 87) return { kind: 'regex', pattern: randomRegex(random) };
  if (kind < 89) return { kind: 'choice', texts: randomTexts(random) };
  const parts = Array.from({ length: 2 + random.below(2) }, () => randomPart(random, token));
  return { kind: random.chance(0.5) ? 'union' : 'concat', parts };
}

function randomStyle(random: SeededRandom): JsonStyle {
  return {
    whitespace: random.pick(['any', 'inside', { atMost: 1 }, { atMost: 2 }, 'compact']),
    keyOrder: random.pick(['any', 'schema']),
    spelling: random.pick(['any', 'canonical']),
    undeclared: random.pick(['schema', 'forbid']),
  };
}

function randomTexts(random: SeededRandom): string[] {
  return Array.from({ length: 1 + random.below(4) }, () => random.pick(CHOICES));
}

function randomPart(random: SeededRandom, token: number): LanguageSpec {
  switch (random.below(7)) {
    case 0:
      return { kind: 'schema', text: random.chance(0.5) ? '{"type":"integer"}' : randomSchema(random) };
    case 1:
      return {
        kind: 'schema',
        text: randomSchema(random),
        style: { whitespace: random.pick(['inside', 'compact']) },
      };
    case 2:
      return { kind: 'regex', pattern: randomRegex(random, 1) };
    case 3:
      return { kind: 'choice', texts: randomTexts(random) };
    case 4:
      return randomFinite(random);
    case 5:
      return random.chance(0.5)
        ? { kind: 'token', id: token }
        : { kind: 'ebnf', text: `root ::= "a"* <[${token}]> root | "b"` };
    default:
      return { kind: 'ebnf', text: random.pick(KNOWN_EBNF) };
  }
}
