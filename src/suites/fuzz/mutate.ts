import type { Random } from '../../generate/random.js';

/** Characters that often stand at the borders of grammars. */
const COMMON = [
  ...'"\'\\/.,:;-+*=()[]{}<>|&#@!?_% \t\n\r0123456789eEaAzZ',
  '\u0000',
  '\u00a0',
  'é',
  '\u2028',
  '\u{1f600}',
  '\ufeff',
];

/** A text with one to three small changes: characters left out, doubled, exchanged, put in, a piece of another text. */
export function mutate(text: string, others: readonly string[], random: Random): string {
  let chars = Array.from(text);
  const below = (size: number): number => Math.floor(random() * size);
  const anyOf = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  // Of the text's own characters, too: they are those that mean something.
  const char = (): string => (random() < 0.5 && chars.length > 0 ? anyOf(chars) : anyOf(COMMON));
  for (let change = 0; change <= below(3); change++) {
    const at = below(chars.length + 1);
    const end = Math.min(chars.length, at + 1 + below(random() < 0.8 ? 1 : 8));
    switch (below(6)) {
      case 0:
        chars.splice(at, end - at);
        break;
      case 1:
        chars.splice(at, 0, ...chars.slice(at, end));
        break;
      case 2:
        chars.splice(at, 1, char());
        break;
      case 3:
        chars.splice(at, 0, char());
        break;
      case 4: {
        const [first] = chars.splice(at, 1);
        if (first !== undefined) chars.splice(below(chars.length + 1), 0, first);
        break;
      }
      default: {
        const other = Array.from(anyOf(others) ?? '');
        const from = below(other.length + 1);
        chars = [...chars.slice(0, at), ...other.slice(from, from + 1 + below(12)), ...chars.slice(end)];
      }
    }
  }
  return chars.join('');
}
