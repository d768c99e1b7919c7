import { contains } from './code-points.js';
import { type OracleSpelling, spelledCharacter, spelledCharacters } from './json-character.js';
import type { OracleGaps } from './json-gaps.js';
import { DEAD, Interner, type Machine } from './machine.js';
import { type NumberWish, numberAccepted, numberViable } from './number-text.js';
import { readSchema, type Schema } from './schema.js';
import type { TextLanguage, TextState } from './text-language.js';
import { type Conjunction, conjunction, keyOf, Ways } from './ways.js';

/** White space between tokens: anywhere, within brackets only, there and so much in a row, nowhere, what the gaps say. */
export type OracleSpace = 'any' | 'inside' | number | 'none' | OracleGaps;

/** The style in which the texts are written. */
export interface OracleStyle {
  readonly space: OracleSpace;
  /** Members in the order in which the schema first names them, others behind them. */
  readonly ordered: boolean;
  /** Numbers and escapes in their one canonical spelling. */
  readonly canonical: boolean;
  /** Of strings and names, where it is not the one that `canonical` says. Every character can be written. */
  readonly escapes?: OracleSpelling | undefined;
  /** No members that the schema does not name, unless `additionalProperties` is an object. */
  readonly declaredOnly: boolean;
  /**
   * Which schemas name the members of an object. `mentioned`: all that are asked of its place, whatever came before;
   * `live`: of these the ones that may still hold. Where the two differ, the style is not settled.
   */
  readonly naming: 'mentioned' | 'live';
}

/**
 * One way in which the text so far can be the beginning of a valid text: what is open, innermost first. Every thread that
 * exists can be completed: each step checks what it decides, and what is open inside does not depend on what is outside.
 */
interface Thread {
  readonly id: number;
  readonly frame: Frame;
  readonly outer: Thread | null;
}

type Frame =
  /** The text is complete, but for white space. */
  | { readonly kind: 'end' }
  /** A value that satisfies `schemas` begins here. `here` are all the schemas that were asked of this place, in order. */
  | {
      readonly kind: 'value';
      readonly schemas: Conjunction;
      readonly here: readonly Schema[];
      readonly run?: number;
    }
  | { readonly kind: 'literal'; readonly rest: string }
  | { readonly kind: 'number'; readonly wish: NumberWish; readonly text: string }
  | {
      readonly kind: 'string';
      readonly language: TextLanguage;
      readonly state: TextState;
      readonly bytes: readonly number[];
    }
  | {
      readonly kind: 'array';
      readonly way: Conjunction;
      readonly here: readonly Schema[];
      readonly count: number;
      readonly at: 'first' | 'item' | 'after' | 'close';
      /** White space that stands right here, where it is bounded. */
      readonly run?: number;
    }
  | ObjectFrame
  /** In a gap of the container outside of it. */
  | { readonly kind: 'gap'; readonly gap: keyof OracleGaps; readonly state: number }
  | { readonly kind: 'key'; readonly name: string; readonly bytes: readonly number[] };

interface ObjectFrame {
  readonly kind: 'object';
  readonly run?: number;
  readonly way: Conjunction;
  readonly here: readonly Schema[];
  /** The names that are declared here, in order. */
  readonly declared: readonly string[];
  /** Whether other names may be written at all. */
  readonly open: boolean;
  readonly seen: readonly string[];
  /** With an order: how many of the declared names are over. */
  readonly cursor: number;
  readonly at: 'first' | 'key' | 'colon' | 'after' | 'close';
  /** The name that was just read. */
  readonly name: string;
}

const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const LITERALS = ['null', 'true', 'false'];

/** The JSON texts that a schema validates, in a style. */
export function schemaMachine(text: string, style: OracleStyle): Machine {
  const root = readSchema(text);
  const gaps = typeof style.space === 'object' ? style.space : undefined;
  const spelling = style.escapes ?? style.canonical;
  const ways = new Ways();
  const threads = new Interner<Thread>();
  const states = new Interner<readonly Thread[]>();
  const names = new Interner<object>();
  const objectIds = new Map<object, number>();

  function idOf(object: object): number {
    let id = objectIds.get(object);
    if (id === undefined) {
      id = names.values.length;
      names.intern(String(id), () => object);
      objectIds.set(object, id);
    }
    return id;
  }

  function frameKey(frame: Frame): string {
    const shown = Object.entries(frame).map(([field, value]) => {
      if (field === 'schemas' || field === 'way' || field === 'here') return keyOf(value as Schema[]);
      if (field === 'language') return idOf(value as object);
      if (field === 'wish') {
        return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));
      }
      return JSON.stringify(value);
    });
    return shown.join(' ');
  }

  function thread(frame: Frame, outer: Thread | null): Thread {
    const key = `${outer === null ? '' : outer.id}|${frameKey(frame)}`;
    const id = threads.intern(key, () => ({ id: threads.values.length, frame, outer }));
    return threads.get(id);
  }

  function enter(found: Iterable<Thread>): number {
    const sorted = [...new Set(found)].sort((a, b) => a.id - b.id);
    if (sorted.length === 0) return DEAD;
    return states.intern(sorted.map(({ id }) => id).join(), () => sorted);
  }

  /** Threads in front of an item are in front of a value too. */
  function withItems(state: readonly Thread[]): Thread[] {
    const all = [...state];
    for (const each of state) {
      const { frame } = each;
      if (frame.kind !== 'array' || frame.at === 'after' || frame.at === 'close') continue;
      const schemas = ways.item(frame.way, frame.count);
      if (frame.count >= ways.itemBounds(frame.way).max || !ways.satisfiable(schemas)) continue;
      const here = frame.here.flatMap((schema) => schema.prefixItems[frame.count] ?? schema.items ?? []);
      const { run, ...bare } = frame;
      const outer = thread({ ...bare, count: frame.count + 1, at: 'after' }, each.outer);
      const value = { kind: 'value', schemas, here: unique(here) } as const;
      all.push(thread(run === undefined ? value : { ...value, run }, outer));
    }
    return all;
  }

  function step(id: number, symbol: number): number {
    if (symbol > 255) return DEAD;
    const state = withItems(states.get(id));
    const found = new Set<Thread>();
    for (const each of state) advance(each, symbol, state, found);
    return enter(found);
  }

  function advance(each: Thread, byte: number, state: readonly Thread[], found: Set<Thread>): void {
    const { outer } = each;
    const frame = withoutRun(each.frame);
    const char = String.fromCharCode(byte);
    const outside = frame.kind === 'end' || (frame.kind === 'value' && outer?.frame.kind === 'end');
    const mayBeSpace = gaps === undefined && (style.space === 'any' || (style.space !== 'none' && !outside));
    const space = mayBeSpace && SPACE.has(byte);
    const spaced = (): void => {
      if (typeof style.space !== 'number') {
        found.add(each);
        return;
      }
      const run = 1 + (('run' in each.frame && each.frame.run) || 0);
      if (run <= style.space) found.add(thread({ ...(frame as Frame & { kind: 'value' }), run }, outer));
    };
    switch (frame.kind) {
      case 'end':
        if (space) found.add(each);
        return;
      case 'value':
        if (space) spaced();
        else begin(frame, outer as Thread, char, state, found);
        return;
      case 'literal':
        if (!frame.rest.startsWith(char)) return;
        if (frame.rest.length === 1) found.add(outer as Thread);
        else found.add(thread({ kind: 'literal', rest: frame.rest.slice(1) }, outer));
        return;
      case 'number': {
        const longer = frame.text + char;
        if (numberViable(longer, frame.wish, style.canonical)) {
          found.add(thread({ ...frame, text: longer }, outer));
        }
        // A number ends where something else begins.
        if (numberAccepted(frame.text, frame.wish, style.canonical)) {
          advance(outer as Thread, byte, state, found);
        }
        return;
      }
      case 'string': {
        const { language } = frame;
        if (char === '"' && frame.bytes.length === 0) {
          if (language.accepts(frame.state)) found.add(outer as Thread);
          return;
        }
        const bytes = [...frame.bytes, byte];
        if (!language.aliveAfter(frame.state, spelledCharacters(bytes, spelling))) return;
        const point = spelledCharacter(bytes);
        if (point === undefined) found.add(thread({ ...frame, bytes }, outer));
        else found.add(thread({ ...frame, state: language.step(frame.state, point), bytes: [] }, outer));
        return;
      }
      case 'gap':
        inGap(frame, outer as Thread, byte, found);
        return;
      case 'array':
        if (gaps !== undefined) inGaps(each, byte, found);
        else if (space) spaced();
        else if (char === ']' && frame.at !== 'item' && frame.count >= ways.itemBounds(frame.way).min) {
          found.add(outer as Thread);
        } else if (char === ',' && frame.at === 'after') {
          const next = thread({ ...frame, at: 'item' }, outer);
          if (withItems([next]).length > 1) found.add(next);
        }
        return;
      case 'object':
        if (gaps !== undefined) inGaps(each, byte, found);
        else if (space) spaced();
        else inObject(frame, outer, char, found);
        return;
      case 'key':
        inKey(frame.name, frame.bytes, outer as Thread, byte, found);
        return;
    }
  }

  /** A container in front of a gap. */
  function inFrontOf(gap: keyof OracleGaps, container: Thread): Thread {
    return gaps === undefined ? container : thread({ kind: 'gap', gap, state: gaps[gap].start }, container);
  }

  /** Behind a value: the gap before the next one, or that before the bracket. */
  function inGaps({ frame, outer }: Thread, byte: number, found: Set<Thread>): void {
    const enter = (gap: keyof OracleGaps, at: 'item' | 'key' | 'close'): void =>
      advance(inFrontOf(gap, thread({ ...frame, at } as Frame, outer)), byte, [], found);
    if (frame.kind === 'array') {
      if (itemOf(thread({ ...frame, at: 'item' }, outer)) !== null) enter('item', 'item');
      if (frame.count >= ways.itemBounds(frame.way).min) enter('pad', 'close');
    } else if (frame.kind === 'object') {
      const { declared, other } = nextNames(frame);
      if (declared.length > 0 || other) enter('item', 'key');
      if (ways.required(frame.way).every((name) => frame.seen.includes(name))) enter('pad', 'close');
    }
  }

  /** A gap may go on, and where it may end, what is behind it may come. */
  function inGap(frame: Frame & { kind: 'gap' }, container: Thread, byte: number, found: Set<Thread>): void {
    const machine = (gaps as OracleGaps)[frame.gap];
    const state = machine.step(frame.state, byte);
    if (state !== DEAD) found.add(thread({ ...frame, state }, container));
    if (!machine.accepts(frame.state)) return;
    const { frame: inside, outer } = container;
    const char = String.fromCharCode(byte);
    const value = inside.kind === 'array' ? itemOf(container) : memberOf(container);
    if (value !== null)
      begin(value.frame as Frame & { kind: 'value' }, value.outer as Thread, char, [value], found);
    if (inside.kind === 'array') {
      const closes = inside.at !== 'item' && inside.count >= ways.itemBounds(inside.way).min;
      if (char === ']' && closes) found.add(outer as Thread);
    } else if (inside.kind === 'object' && inside.at !== 'colon') {
      const closes =
        inside.at !== 'key' && ways.required(inside.way).every((name) => inside.seen.includes(name));
      if (char === '}' && closes) found.add(outer as Thread);
      const { declared, other } = nextNames(inside);
      if (char === '"' && inside.at !== 'close' && (declared.length > 0 || other)) {
        found.add(thread({ kind: 'key', name: '', bytes: [] }, thread({ ...inside, at: 'key' }, outer)));
      }
    }
  }

  /** The item that may begin in an array. */
  function itemOf(array: Thread): Thread | null {
    return withItems([array])[1] ?? null;
  }

  /** The value of the member whose name was just read. */
  function memberOf({ frame, outer }: Thread): Thread | null {
    if (frame.kind !== 'object' || frame.at !== 'colon') return null;
    const { name, way } = frame;
    const schemas = ways.member(way, name);
    const here = frame.here.flatMap((schema) => schema.properties.get(name) ?? schema.additional ?? []);
    const index = frame.declared.indexOf(name);
    const cursor = !style.ordered ? 0 : index < 0 ? frame.declared.length : index + 1;
    const seen = [...frame.seen, name].sort();
    const after = thread({ ...frame, seen, cursor, at: 'after', name: '' }, outer);
    return thread({ kind: 'value', schemas, here: unique(here) }, after);
  }

  /** The first byte of a value tells its type. */
  function begin(
    { schemas }: Frame & { kind: 'value' },
    outer: Thread,
    char: string,
    state: readonly Thread[],
    found: Set<Thread>,
  ): void {
    for (const way of ways.of(schemas)) {
      for (const literal of LITERALS) {
        if (!literal.startsWith(char)) continue;
        const allowed =
          literal === 'null' ? ways.allowsType(way, 'null') : ways.truths(way).includes(literal === 'true');
        if (allowed) found.add(thread({ kind: 'literal', rest: literal.slice(1) }, outer));
      }
      if (char === '-' || (char >= '0' && char <= '9')) {
        const wish = ways.number(way);
        if (wish !== null && numberViable(char, wish, style.canonical)) {
          found.add(thread({ kind: 'number', wish, text: char }, outer));
        }
      }
      if (char === '"') {
        const language = ways.string(way);
        if (language !== null) {
          found.add(thread({ kind: 'string', language, state: language.start, bytes: [] }, outer));
        }
      }
      if (char === '[' && ways.possible(way, 'array')) {
        const here = applying(state, 'array');
        found.add(inFrontOf('pad', thread({ kind: 'array', way, here, count: 0, at: 'first' }, outer)));
      }
      if (char === '{' && ways.possible(way, 'object')) {
        const here = applying(state, 'object');
        const declared = unique(here.flatMap((schema) => [...schema.properties.keys(), ...schema.required]));
        const open = !style.declaredOnly || here.some((schema) => schema.additionalIsObject);
        const opened = thread(
          { kind: 'object', way, here, declared, open, seen: [], cursor: 0, at: 'first', name: '' },
          outer,
        );
        found.add(inFrontOf('pad', opened));
      }
    }
  }

  /**
   * The schemas that apply to the value that begins here, in the order in which they are first mentioned: those that were
   * asked of this place, and what applies in place of each.
   */
  function applying(state: readonly Thread[], type: string): readonly Schema[] {
    const asked = new Set<Schema>();
    const used = new Set<Schema>();
    let here: readonly Schema[] = [];
    for (const { frame } of state) {
      if (frame.kind !== 'value') continue;
      here = frame.here;
      for (const schema of frame.schemas) asked.add(schema);
      for (const way of ways.of(frame.schemas)) {
        if (ways.possible(way, type)) for (const schema of way) used.add(schema);
      }
    }
    const ordered: Schema[] = [];
    const mention = (schema: Schema): void => {
      for (const part of schema.parts) {
        if ('schemas' in part) for (const inner of part.schemas()) mention(inner);
        else if (part.kind === (type === 'array' ? 'items' : 'members')) ordered.push(schema);
      }
    };
    const all = style.naming === 'mentioned';
    for (const schema of here) if (all || asked.has(schema)) mention(schema);
    return unique(ordered).filter((schema) => all || used.has(schema));
  }

  /** The declared names that may come next, and whether a name that is not declared may. */
  function nextNames(frame: ObjectFrame): { declared: string[]; other: boolean } {
    const missing = ways.required(frame.way).filter((name) => !frame.seen.includes(name));
    const declared = frame.declared.filter((name, index) => {
      if (frame.seen.includes(name) || !ways.satisfiable(ways.member(frame.way, name))) return false;
      if (!style.ordered) return true;
      // What is skipped cannot come any more.
      return index >= frame.cursor && missing.every((other) => frame.declared.indexOf(other) >= index);
    });
    const other =
      frame.open && ways.satisfiable(ways.otherMember(frame.way)) && (!style.ordered || missing.length === 0);
    return { declared, other };
  }

  function inObject(frame: ObjectFrame, outer: Thread | null, char: string, found: Set<Thread>): void {
    switch (frame.at) {
      case 'first':
      case 'after': {
        if (char === '}' && ways.required(frame.way).every((name) => frame.seen.includes(name))) {
          found.add(outer as Thread);
        }
        if (char === (frame.at === 'first' ? '"' : ',')) {
          const { declared, other } = nextNames(frame);
          if (declared.length === 0 && !other) return;
          const next = thread({ ...frame, at: 'key' }, outer);
          found.add(char === ',' ? next : thread({ kind: 'key', name: '', bytes: [] }, next));
        }
        return;
      }
      case 'key':
        if (char === '"') found.add(thread({ kind: 'key', name: '', bytes: [] }, thread(frame, outer)));
        return;
      case 'colon':
        if (char === ':') found.add(memberOf(thread(frame, outer)) as Thread);
        return;
    }
  }

  function inKey(
    name: string,
    before: readonly number[],
    object: Thread,
    byte: number,
    found: Set<Thread>,
  ): void {
    const frame = object.frame as ObjectFrame;
    const { declared, other } = nextNames(frame);
    if (byte === 0x22 && before.length === 0) {
      const isOther = !frame.declared.includes(name) && !frame.seen.includes(name);
      if (declared.includes(name) || (isOther && other)) {
        found.add(inFrontOf('key', thread({ ...frame, at: 'colon', name }, object.outer)));
      }
      return;
    }
    const bytes = [...before, byte];
    const ranges = spelledCharacters(bytes, spelling);
    // There are always names that are not declared and not seen.
    const alive =
      (other && ranges.length > 0) ||
      declared.some((each) => {
        const next = each.startsWith(name) ? each.slice(name.length).codePointAt(0) : undefined;
        return next !== undefined && contains(ranges, next);
      });
    if (!alive) return;
    const point = spelledCharacter(bytes);
    if (point === undefined) found.add(thread({ kind: 'key', name, bytes }, object));
    else found.add(thread({ kind: 'key', name: name + String.fromCodePoint(point), bytes: [] }, object));
  }

  const end = thread({ kind: 'end' }, null);
  const schemas = conjunction([root]);
  return {
    start: ways.satisfiable(schemas) ? enter([thread({ kind: 'value', schemas, here: schemas }, end)]) : DEAD,
    step,
    accepts: (id) =>
      states.get(id).some(({ frame, outer }) => {
        if (frame.kind === 'end') return true;
        return (
          frame.kind === 'number' &&
          outer?.frame.kind === 'end' &&
          numberAccepted(frame.text, frame.wish, style.canonical)
        );
      }),
  };
}

function unique<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}

function withoutRun(frame: Frame): Frame {
  if (!('run' in frame)) return frame;
  const { run: _, ...bare } = frame;
  return bare;
}
