import { Compiler } from '../../engine/compiler.js';
import type { Grammar } from '../../engine/grammar.js';
import type { Matcher } from '../../engine/matcher.js';
import { Vocabulary } from '../../engine/vocabulary.js';
import type { Random } from '../../generate/random.js';

/** A grammar whose masks have a bit for each byte: random texts are walks along its masks. */
export interface ByteGrammar {
  /** A text of the grammar; undefined where the walk led to no end. */
  randomText(random: Random): Uint8Array | undefined;
  /** A matcher at the beginning of a text; token b is byte b. */
  matcher(): Matcher;
}

/** Behind the bytes. */
export const STOP_TOKEN = 256;
export const MASK_WORDS = 9;
/** Bytes after which a text is closed by the shortest way. */
const MAX_BYTES = 400;

/** Kinds of bytes and how often each is drawn where it may come: by bytes alone, texts would be mostly rare letters. */
const kinds: readonly { readonly weight: number; readonly has: (byte: number) => boolean }[] = [
  { weight: 6, has: (byte) => byte >= 0x61 && byte <= 0x7a },
  { weight: 3, has: (byte) => byte >= 0x41 && byte <= 0x5a },
  { weight: 5, has: (byte) => byte >= 0x30 && byte <= 0x39 },
  { weight: 6, has: (byte) => byte > 0x20 && byte < 0x7f && !/[0-9A-Za-z]/.test(String.fromCharCode(byte)) },
  { weight: 3, has: (byte) => byte === 0x20 || byte === 0x0a },
  { weight: 1, has: (byte) => (byte < 0x20 && byte !== 0x0a) || byte === 0x7f },
  { weight: 1, has: (byte) => byte >= 0x80 },
];
const kindOf = Array.from({ length: 256 }, (_, byte) => kinds.findIndex(({ has }) => has(byte)));

export function createByteGrammar(grammar: Grammar, timeoutMs: number): ByteGrammar {
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const vocabulary = Vocabulary.fromTokens([...bytes, null], { stopTokens: [STOP_TOKEN] });
  const compiled = new Compiler(vocabulary, { threads: 1 }).compileSync(grammar, { timeoutMs });
  const mask = new Int32Array(MASK_WORDS);
  const allows = (byte: number): boolean => (((mask[byte >>> 5] as number) >>> (byte & 31)) & 1) === 1;

  function draw(random: Random): number {
    const byKind: number[][] = kinds.map(() => []);
    let weight = 0;
    for (let byte = 0; byte < 256; byte++) {
      if (!allows(byte)) continue;
      const kind = kindOf[byte] as number;
      const list = byKind[kind] as number[];
      if (list.length === 0) weight += (kinds[kind] as (typeof kinds)[number]).weight;
      list.push(byte);
    }
    let rest = random() * weight;
    for (const [kind, list] of byKind.entries()) {
      if (list.length === 0) continue;
      rest -= (kinds[kind] as (typeof kinds)[number]).weight;
      if (rest < 0) return list[Math.floor(random() * list.length)] as number;
    }
    return -1;
  }

  return {
    matcher: () => compiled.matcher(),
    randomText(random) {
      using matcher = compiled.matcher();
      // Short texts are easier to read, long ones meet more: of every length some.
      const length = Math.floor(MAX_BYTES ** random());
      const text: number[] = [];
      while (text.length < length) {
        matcher.fillMask(mask);
        const byte = draw(random);
        if (byte < 0) break;
        if (matcher.isAccepting && random() < 0.1) return Uint8Array.from(text);
        if (!matcher.accept(byte)) return undefined;
        text.push(byte);
      }
      if (matcher.isAccepting) return Uint8Array.from(text);
      const rest = matcher.shortestCompletion();
      return rest === null ? undefined : Uint8Array.from([...text, ...rest.bytes]);
    },
  };
}
