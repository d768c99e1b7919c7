import { contains } from './code-points.js';
import { type Decimal, decimalOf } from './decimal.js';
import { type OracleSpelling, spelledCharacter, spelledCharacters } from './json-character.js';
import type { OracleGaps } from './json-gaps.js';
import { equalityKey } from './json-text.js';
import type { JsonTree } from './json-tree.js';
import { DEAD, Interner, type Machine } from './machine.js';
import { numberAccepted, numberViable } from './number-text.js';
import type { OracleSpace } from './schema-machine.js';

/** How the values are written. Members stand in the order in which they are given, or in any. */
export interface FiniteStyle {
  readonly space: Exclude<OracleSpace, number>;
  readonly ordered: boolean;
  readonly canonical: boolean;
  /** Of strings and names, where it is not the one that `canonical` says. */
  readonly escapes?: OracleSpelling | undefined;
}

/** What stands between white space. */
type Lexeme =
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'number'; readonly value: Decimal }
  | { readonly kind: 'string'; readonly points: readonly number[] }
  | { readonly kind: 'gap'; readonly machine: Machine };

/** A place between lexemes: what may come next, by its value. */
interface Place {
  readonly id: number;
  readonly next: Map<string, { readonly lexeme: Lexeme; readonly to: Place }>;
  isEnd: boolean;
}

/** One way to read the text so far: at a place, or with a part of the lexeme that leads to it. */
type Reading =
  | { readonly at: Place }
  | { readonly at: Place; readonly fixed: string }
  | { readonly at: Place; readonly number: Decimal; readonly text: string }
  | { readonly at: Place; readonly points: readonly number[]; readonly bytes: readonly number[] }
  | { readonly at: Place; readonly gap: Machine; readonly key: string; readonly state: number };

const MOST_TEXTS = 6_000;
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * The JSON texts of a finite list of values. Each value is a row of lexemes (several, where members may change places); all
 * rows together are a tree, and a text is read along every branch at once. So a text can be completed if and only if some row
 * is left: nothing is decided by looking at schemas.
 */
export function finiteMachine(values: readonly JsonTree[], style: FiniteStyle): Machine {
  let places = 0;
  const place = (): Place => ({ id: places++, next: new Map(), isEnd: false });
  const spelling = style.escapes ?? style.canonical;
  const root = place();
  let texts = 0;
  for (const value of values) {
    for (const row of rows(value, style)) {
      texts += 1;
      if (texts > MOST_TEXTS) throw new Error('too many texts for the oracle');
      let at = root;
      for (const [key, lexeme] of row) {
        let next = at.next.get(key);
        if (next === undefined) {
          next = { lexeme, to: place() };
          at.next.set(key, next);
        }
        at = next.to;
      }
      at.isEnd = true;
    }
  }

  const states = new Interner<readonly Reading[]>();
  function enter(found: Map<string, Reading>): number {
    if (found.size === 0) return DEAD;
    return states.intern([...found.keys()].sort().join(' '), () => [...found.values()]);
  }
  function add(found: Map<string, Reading>, reading: Reading): void {
    let key = String(reading.at.id);
    if ('fixed' in reading) key += `f${reading.fixed.length}`;
    if ('text' in reading) key += `n${reading.text}`;
    if ('points' in reading) key += `s${reading.points.length}/${reading.bytes.join()}`;
    if ('gap' in reading) key += `g${reading.key}${reading.state}`;
    found.set(key, reading);
  }

  function advance(reading: Reading, byte: number, found: Map<string, Reading>): void {
    const char = String.fromCharCode(byte);
    if ('fixed' in reading) {
      if (reading.fixed[0] === char) fixed(reading.at, reading.fixed.slice(1), found);
    } else if ('text' in reading) {
      const text = reading.text + char;
      if (viable(text, reading.number)) add(found, { ...reading, text });
      if (accepted(reading)) advance({ at: reading.at }, byte, found);
    } else if ('points' in reading) {
      inString(reading.at, reading.points, reading.bytes, byte, found);
    } else if ('gap' in reading) {
      const state = reading.gap.step(reading.state, byte);
      if (state !== DEAD) add(found, { ...reading, state });
      if (reading.gap.accepts(reading.state)) advance({ at: reading.at }, byte, found);
    } else {
      const outside = reading.at === root || reading.at.isEnd;
      const mayBeSpace = style.space === 'any' || (style.space === 'inside' && !outside);
      if (mayBeSpace && SPACE.has(byte)) add(found, reading);
      for (const [key, { lexeme, to }] of reading.at.next) {
        if (lexeme.kind === 'gap') {
          advance({ at: to, gap: lexeme.machine, key, state: lexeme.machine.start }, byte, found);
        } else if (lexeme.kind === 'fixed') {
          if (lexeme.text[0] === char) fixed(to, lexeme.text.slice(1), found);
        } else if (lexeme.kind === 'string') {
          if (char === '"') add(found, { at: to, points: lexeme.points, bytes: [] });
        } else if (viable(char, lexeme.value)) {
          add(found, { at: to, number: lexeme.value, text: char });
        }
      }
    }
  }
  function fixed(at: Place, rest: string, found: Map<string, Reading>): void {
    add(found, rest === '' ? { at } : { at, fixed: rest });
  }
  function inString(
    at: Place,
    points: readonly number[],
    before: readonly number[],
    byte: number,
    found: Map<string, Reading>,
  ): void {
    const [next] = points;
    if (next === undefined) {
      if (byte === 0x22) add(found, { at });
      return;
    }
    const bytes = [...before, byte];
    if (!contains(spelledCharacters(bytes, spelling), next)) return;
    const whole = spelledCharacter(bytes) === next;
    add(found, whole ? { at, points: points.slice(1), bytes: [] } : { at, points, bytes });
  }

  const known = new Map<string, boolean>();
  function viable(text: string, value: Decimal): boolean {
    if (!/[-+.eE\d]$/.test(text)) return false;
    const key = `${value.mantissa}e${value.exponent} ${text}`;
    let is = known.get(key);
    if (is === undefined) {
      is = numberViable(text, exactly(value), style.canonical);
      known.set(key, is);
    }
    return is;
  }
  function accepted(reading: Reading): boolean {
    return 'text' in reading && numberAccepted(reading.text, exactly(reading.number), style.canonical);
  }

  return {
    start: texts === 0 ? DEAD : enter(new Map([['0', { at: root }]])),
    step(id, symbol) {
      if (symbol > 255) return DEAD;
      const found = new Map<string, Reading>();
      for (const reading of states.get(id)) advance(reading, symbol, found);
      return enter(found);
    },
    accepts: (id) =>
      states
        .get(id)
        .some((reading) => reading.at.isEnd && (Object.keys(reading).length === 1 || accepted(reading))),
  };
}

function exactly(value: Decimal) {
  const bound = { value, open: false };
  return { low: bound, high: bound, integer: false };
}

type Row = readonly (readonly [key: string, lexeme: Lexeme])[];

/** The rows of lexemes that mean a value: none where the style cannot write it. */
function rows(value: JsonTree, style: FiniteStyle): Row[] {
  const { space, ordered } = style;
  const gaps = typeof space === 'object' ? space : undefined;
  const gap = (name: keyof OracleGaps, otherwise: string): Row =>
    gaps === undefined
      ? otherwise === ''
        ? []
        : [fixed(otherwise)]
      : [[`gap ${name}`, { kind: 'gap', machine: gaps[name] }]];
  const bracketed = (open: string, parts: readonly Row[], close: string): Row[] => {
    // An empty container has a single gap.
    const inside =
      parts.length === 0
        ? gap('pad', '')
        : [...gap('pad', ''), ...separated(parts, gap('item', ',')), ...gap('pad', '')];
    const dead = inside.some(([, lexeme]) => lexeme.kind === 'gap' && lexeme.machine.start === DEAD);
    return dead ? [] : [[fixed(open), ...inside, fixed(close)]];
  };
  const string = (text: string): Row[] => {
    const spelling = style.escapes ?? style.canonical;
    const points = [...text].map((char) => char.codePointAt(0) as number);
    const writable = (point: number): boolean =>
      point >= 0x20 && point !== 0x22 && point !== 0x5c
        ? true
        : contains(spelledCharacters([0x5c], spelling), point);
    return points.every(writable) ? [[[JSON.stringify(text), { kind: 'string', points }]]] : [];
  };
  const fixed = (text: string): Row[number] => [text, { kind: 'fixed', text }];
  switch (value.kind) {
    case 'null':
      return [[fixed('null')]];
    case 'boolean':
      return [[fixed(String(value.value))]];
    case 'number':
      return [[[equalityKey(value), { kind: 'number', value: decimalOf(value.text) }]]];
    case 'string':
      return string(value.value);
    case 'array': {
      const items = value.items.map((item) => rows(item, style));
      return product(items).flatMap((each) => bracketed('[', each, ']'));
    }
    case 'object': {
      const orders = ordered ? [value.members] : permutations(value.members);
      return orders.flatMap((members) => {
        const each = members.map(([name, member]) =>
          product([string(name), rows(member, style)]).map(
            ([key, row]): Row => [...(key as Row), ...gap('key', ':'), ...(row as Row)],
          ),
        );
        return product(each).flatMap((row) => bracketed('{', row, '}'));
      });
    }
  }
}

function separated(parts: readonly Row[], comma: Row): Row {
  return parts.flatMap((part, index) => (index === 0 ? part : [...comma, ...part]));
}

function product<T>(choices: readonly (readonly T[])[]): T[][] {
  const all = choices.reduce<T[][]>(
    (so, choice) => so.flatMap((row) => choice.map((each) => [...row, each])),
    [[]],
  );
  if (all.length > MOST_TEXTS) throw new Error('too many texts for the oracle');
  return all;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}
