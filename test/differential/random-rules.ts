import { createProgramBuilder } from '../../src/frontends/program-builder.js';
import { regexToExpr } from '../../src/frontends/regex/regex-to-expr.js';
import { Grammar } from '../../src/index.js';
import type { SeededRandom } from '../support/seeded-random.js';

type Part =
  | { readonly kind: 'rule'; readonly rule: number }
  | { readonly kind: 'terminal'; readonly pattern: string }
  | { readonly kind: 'slot'; readonly pattern: string; readonly name: string }
  | { readonly kind: 'limited'; readonly pattern: string; readonly maxTokens: number };

/** Rules, each its alternatives. EBNF would make patterns of those without recursion. */
export interface Rules {
  readonly rules: readonly (readonly (readonly Part[])[])[];
  readonly root: number;
}

const PATTERNS = 'a b ab ba \\( \\) 1 , é a* b? [ab] [^a] [a-c]+ aba (ab|b) 😀 [ab]{1,3} \\+ (a|)'.split(' ');

function randomPart(random: SeededRandom, rules: number): Part {
  const kind = random.below(100);
  if (kind < 42) return { kind: 'rule', rule: random.below(rules) };
  if (kind < 46)
    return { kind: 'slot', pattern: random.pick(['[ab]', '[ab]+']), name: random.pick(['x', 'y']) };
  if (kind < 49)
    return { kind: 'limited', pattern: random.pick(['[ab]+', 'a*', '.{1,4}']), maxTokens: random.below(4) };
  return { kind: 'terminal', pattern: random.pick(PATTERNS) };
}

function randomAlternative(random: SeededRandom, rules: number): Part[] {
  return Array.from({ length: random.below(5) }, () => randomPart(random, rules));
}

/** Half of them are chains, so that something lies further away than a token reads. */
export function randomRules(random: SeededRandom): Rules {
  const count = 2 + random.below(9);
  const chain = random.chance(0.5);
  const rules = Array.from({ length: count }, (_, at) => {
    const alternatives = Array.from({ length: 1 + random.below(3) }, () => randomAlternative(random, count));
    if (random.chance(0.6)) alternatives.push([{ kind: 'terminal', pattern: random.pick(PATTERNS) }]);
    if (!chain || at + 1 === count) return alternatives;
    const begin: Part = { kind: 'terminal', pattern: random.pick(['a', 'b', '\\(']) };
    const end: Part = { kind: 'terminal', pattern: random.pick(['a', 'b', '\\)']) };
    alternatives[0] = [begin, { kind: 'rule', rule: at + 1 }, ...(random.chance(0.5) ? [end] : [])];
    return alternatives;
  });
  return { rules, root: 0 };
}

/** The same with one to three changes: of a part, an alternative, a rule, or only of the order of the rules. */
export function changedRules(random: SeededRandom, { rules, root }: Rules): Rules {
  let changed = rules.map((rule) => rule.map((alternative) => [...alternative]));
  let start = root;
  for (let left = 1 + random.below(3); left > 0; left--) {
    const count = changed.length;
    const rule = random.pick(changed);
    const parts = rule.length === 0 ? [] : random.pick(rule);
    switch (random.below(7)) {
      case 0:
        rule.push(randomAlternative(random, count));
        break;
      case 1:
        if (rule.length > 1) rule.splice(random.below(rule.length), 1);
        break;
      case 2:
        changed.push(random.pick(changed).map((alternative) => [...alternative]));
        if (parts.length > 0) parts[random.below(parts.length)] = { kind: 'rule', rule: count };
        break;
      case 3: {
        const shift = 1 + random.below(count);
        const moved = changed.map((_, at) => changed[(at + shift) % count] as Part[][]);
        const placeOf = (old: number) => (old + count - (shift % count)) % count;
        changed = moved.map((alternatives) =>
          alternatives.map((alternative) =>
            alternative.map((part) => (part.kind === 'rule' ? { ...part, rule: placeOf(part.rule) } : part)),
          ),
        );
        start = placeOf(start);
        break;
      }
      case 4:
        parts.splice(random.below(parts.length + 1), 0, randomPart(random, count));
        break;
      default:
        if (parts.length > 0) parts[random.below(parts.length)] = randomPart(random, count);
    }
  }
  return { rules: changed, root: start };
}

export function grammarOfRules({ rules, root }: Rules): Grammar {
  const builder = createProgramBuilder();
  const numbers = rules.map((_, at) => builder.reserveRule(`r${at}`));
  rules.forEach((alternatives, at) => {
    builder.setRule(
      numbers[at] as number,
      alternatives.map((alternative) =>
        alternative.map((part) => {
          if (part.kind === 'rule') return { kind: 'rule', rule: numbers[part.rule] as number };
          const expr = regexToExpr(builder, part.pattern, { mode: 'full' });
          if (part.kind === 'slot') return { kind: 'slot', expr, name: builder.string(part.name) };
          if (part.kind === 'limited') return { kind: 'limited', expr, maxTokens: part.maxTokens };
          return { kind: 'terminal', expr };
        }),
      ),
    );
  });
  return Grammar.fromBuffer(builder.finish(numbers[root] as number));
}
