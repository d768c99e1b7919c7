/**
 * Regular languages of bytes by Brzozowski's derivatives, as simple as they can be: the second opinion on grammars of bytes. It
 * shares nothing with the product. Characters are here only as ranges of code points whose UTF-8 is read byte by byte.
 */
export type ByteLanguage =
  | { readonly kind: 'none' | 'empty' }
  | { readonly kind: 'bytes'; readonly ranges: readonly Range[] }
  /** A character of the ranges, of which these bytes are read. */
  | { readonly kind: 'character'; readonly ranges: readonly Range[]; readonly read: readonly number[] }
  | { readonly kind: 'concat' | 'or' | 'and'; readonly parts: readonly ByteLanguage[] }
  | { readonly kind: 'not'; readonly body: ByteLanguage }
  | { readonly kind: 'repeat'; readonly body: ByteLanguage; readonly min: number; readonly max: number };
export type Range = readonly [lo: number, hi: number];

const NONE: ByteLanguage = { kind: 'none' };
export const EMPTY: ByteLanguage = { kind: 'empty' };
export const ANY_BYTES: ByteLanguage = {
  kind: 'repeat',
  body: { kind: 'bytes', ranges: [[0, 255]] },
  min: 0,
  max: Number.POSITIVE_INFINITY,
};

const keys = new WeakMap<ByteLanguage, string>();
/** Equal languages that are written alike have one key. */
function keyOf(language: ByteLanguage): string {
  let key = keys.get(language);
  if (key === undefined) {
    key = JSON.stringify(language);
    keys.set(language, key);
  }
  return key;
}

const inRanges = (ranges: readonly Range[], value: number): boolean =>
  ranges.some(([lo, hi]) => lo <= value && value <= hi);

export function nullable(language: ByteLanguage): boolean {
  switch (language.kind) {
    case 'empty':
      return true;
    case 'concat':
    case 'and':
      return language.parts.every(nullable);
    case 'or':
      return language.parts.some(nullable);
    case 'not':
      return !nullable(language.body);
    case 'repeat':
      return language.min === 0 || nullable(language.body);
    default:
      return false;
  }
}

export function concat(...parts: readonly ByteLanguage[]): ByteLanguage {
  const flat = parts.flatMap((part) => (part.kind === 'concat' ? part.parts : [part]));
  if (flat.some(({ kind }) => kind === 'none')) return NONE;
  const kept = flat.filter(({ kind }) => kind !== 'empty');
  return kept.length === 1
    ? (kept[0] as ByteLanguage)
    : kept.length === 0
      ? EMPTY
      : { kind: 'concat', parts: kept };
}

function join(kind: 'or' | 'and', parts: readonly ByteLanguage[]): ByteLanguage {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  if (kind === 'and' && flat.some((part) => part.kind === 'none')) return NONE;
  const kept = new Map<string, ByteLanguage>();
  for (const part of flat) if (kind === 'and' || part.kind !== 'none') kept.set(keyOf(part), part);
  const sorted = [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
  if (sorted.length === 0) return kind === 'or' ? NONE : ANY_BYTES;
  return sorted.length === 1 ? (sorted[0] as ByteLanguage) : { kind, parts: sorted };
}
export const or = (...parts: readonly ByteLanguage[]): ByteLanguage => join('or', parts);
export const and = (...parts: readonly ByteLanguage[]): ByteLanguage => join('and', parts);
export const not = (body: ByteLanguage): ByteLanguage =>
  body.kind === 'not' ? body.body : { kind: 'not', body };
export function repeat(body: ByteLanguage, min: number, max: number): ByteLanguage {
  if (max === 0 || body.kind === 'empty') return EMPTY;
  if (body.kind === 'none') return min === 0 ? EMPTY : NONE;
  return { kind: 'repeat', body, min, max };
}

export function derive(language: ByteLanguage, byte: number): ByteLanguage {
  switch (language.kind) {
    case 'bytes':
      return inRanges(language.ranges, byte) ? EMPTY : NONE;
    case 'character':
      return deriveCharacter(language.ranges, [...language.read, byte]);
    case 'concat': {
      const [first, ...rest] = language.parts as [ByteLanguage, ...ByteLanguage[]];
      const behind = concat(derive(first, byte), ...rest);
      return nullable(first) ? or(behind, derive(concat(...rest), byte)) : behind;
    }
    case 'or':
    case 'and':
      return join(
        language.kind,
        language.parts.map((part) => derive(part, byte)),
      );
    case 'not':
      return not(derive(language.body, byte));
    case 'repeat': {
      const { body, min, max } = language;
      return concat(derive(body, byte), repeat(body, Math.max(0, min - 1), max - 1));
    }
    default:
      return NONE;
  }
}

/** What is left of a character behind its first bytes: all its ways, by the code points that they can begin. */
function deriveCharacter(ranges: readonly Range[], read: readonly number[]): ByteLanguage {
  const [lead = 0] = read;
  const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length < read.length || read.slice(1).some((byte) => byte < 0x80 || byte > 0xbf)) return NONE;
  let low = length === 1 ? lead : lead & (0x7f >> length);
  for (const byte of read.slice(1)) low = low * 64 + (byte & 0x3f);
  const left = 64 ** (length - read.length);
  const shortest = [0, 0, 0x80, 0x800, 0x10000][length] as number;
  const from = Math.max(low * left, shortest);
  const to = Math.min(low * left + left - 1, 0x10ffff);
  // Without surrogates.
  const begun: readonly Range[] = [
    [from, Math.min(to, 0xd7ff)],
    [Math.max(from, 0xe000), to],
  ];
  const meets = ranges.some(([lo, hi]) => begun.some(([a, b]) => Math.max(lo, a) <= Math.min(hi, b)));
  if (!meets) return NONE;
  return left === 1 ? EMPTY : { kind: 'character', ranges, read };
}

/** A language with what was found out about its states. */
export interface ByteOracle {
  readonly start: ByteLanguage;
  after(state: ByteLanguage, bytes: Iterable<number>): ByteLanguage;
  /** Whether some text leads from a state to the end. undefined: it has too many states. */
  lives(state: ByteLanguage): boolean | undefined;
}

const MOST_STATES = 400;
/** Most languages go on with one of these, so they are tried first. */
const LIKELY = [0x61, 0x6b, 0xc3, 0xa9, 0xe9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xfe];
const ORDER = [...new Set([...LIKELY, ...Array.from({ length: 256 }, (_, byte) => byte)])];

export function byteOracle(start: ByteLanguage): ByteOracle {
  const behind = new Map<string, (ByteLanguage | undefined)[]>();
  const living = new Map<string, boolean>();
  function step(state: ByteLanguage, byte: number): ByteLanguage {
    const key = keyOf(state);
    let row = behind.get(key);
    if (row === undefined) {
      row = [];
      behind.set(key, row);
    }
    row[byte] ??= derive(state, byte);
    return row[byte];
  }
  return {
    start,
    after(state, bytes) {
      let at = state;
      for (const byte of bytes) at = step(at, byte);
      return at;
    },
    lives(state) {
      const own = keyOf(state);
      const known = living.get(own);
      if (known !== undefined) return known;
      const seen = new Map([[own, state]]);
      if (nullable(state)) living.set(own, true);
      for (const next of seen.values()) {
        if (living.get(own) === true) return true;
        if (seen.size > MOST_STATES) return undefined;
        for (const byte of ORDER) {
          const other = step(next, byte);
          if (other.kind === 'none') continue;
          const key = keyOf(other);
          if (nullable(other) || living.get(key) === true) {
            living.set(own, true);
            break;
          }
          seen.set(key, other);
        }
      }
      if (living.get(own) === true) return true;
      for (const key of seen.keys()) living.set(key, false);
      return false;
    },
  };
}
