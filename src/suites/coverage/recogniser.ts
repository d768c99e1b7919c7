import type { ProgramBuilder } from '../../frontends/program-builder.js';
import type { Automaton, Edge, RegularRule } from './automaton.js';
import { isOneOf } from './characters.js';
import { createRegularStates, type RegularStates } from './regular-states.js';

const MAX_LINKS = 8_000_000;
/** Items between two looks at the clock. */
const CLOCK_STEPS = 4096;

interface Waiter {
  readonly item: number;
  readonly edge: Edge;
}

/** Where a text has led to: the items at its end, and who waits for the rules that are open. */
export interface TextEnd {
  readonly items: readonly number[];
  /** Of each item: its state, and the place where its rule began. */
  readonly states: readonly number[];
  readonly origins: readonly number[];
  /** What is left to read of a regular rule at a state; undefined for a state of a graph. */
  readonly regularAt: RegularStates['at'];
  /** By place and rule: the items that go on when the rule is read. */
  readonly waiting: readonly ReadonlyMap<number, readonly { readonly item: number }[]>[];
}

/** A part of a text that is to be followed from a rule on. */
interface Stretch {
  readonly rule: number;
  readonly from: number;
  readonly to: number;
}

/** A step within a regular rule: nothing is exercised. */
const SILENT: Edge = { to: -1, point: -1 };

/**
 * Follows a text through the graphs of a grammar, and tells every edge that some derivation of the text uses. The parts of
 * regular rules are followed over the stretches of the text that derivations read there.
 *
 * @param deadline as `performance.now()` counts
 * @param onEdge called with an edge and the character that it read; the same edge may come several times
 * @param onEnd called with what is open at the end of a text that some text of the grammar begins with
 * @returns false where the text could not be followed to its end within the time and eight million links
 */
export type Follow = (
  text: string,
  deadline: number,
  onEdge: (edge: Edge, char: number) => void,
  onEnd?: (end: TextEnd) => void,
) => boolean;

/** What follows texts through a grammar. It remembers what is left of expressions from one text to the next. */
export function createFollow(builder: ProgramBuilder, automaton: Automaton): Follow {
  const states = createRegularStates(builder, automaton);
  return (text, deadline, onEdge, onEnd) => {
    const chars = Array.from(text, (char) => char.codePointAt(0) as number);
    const waiting: Stretch[] = [];
    const seen = new Set<string>();
    const follow = ({ rule, from, to }: Stretch, atEnd?: (end: TextEnd) => void): boolean | undefined =>
      followStretch(
        automaton,
        states,
        rule,
        chars.slice(from, to),
        deadline,
        onEdge,
        ({ parts }, begin, end) => {
          for (const part of parts) {
            const next = { rule: part, from: from + begin, to: from + end };
            const key = `${part} ${next.from} ${next.to}`;
            if (seen.has(key)) continue;
            seen.add(key);
            waiting.push(next);
          }
        },
        atEnd,
      );
    if (follow({ rule: automaton.root, from: 0, to: chars.length }, onEnd) !== true) return false;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      // A part need not read the text, as that of a complement; but it must be known whether it does.
      if (follow(next) === undefined) return false;
    }
    return true;
  };
}

/**
 * Earley's parser, with a link from each item to all that it came from. Nothing recurses.
 *
 * @returns whether the rule reads the text; undefined where that was not known within the limits
 */
function followStretch(
  automaton: Automaton,
  regularStates: RegularStates,
  root: number,
  chars: readonly number[],
  deadline: number,
  onEdge: (edge: Edge, char: number) => void,
  onRegular: (rule: RegularRule, from: number, to: number) => void,
  onEnd?: (end: TextEnd) => void,
): boolean | undefined {
  const { starts, ends, edges, endsRule, regular } = automaton;
  const width = chars.length + 1;
  // Items: a state of a rule that began in the column `origin`.
  const states: number[] = [];
  const origins: number[] = [];
  const columns: number[] = [];
  const firstLink: number[] = [];
  // Links: where an item came from, by which edge, and for a rule the item that is its end.
  const linkFrom: number[] = [];
  const linkChild: number[] = [];
  const linkEdge: Edge[] = [];
  const linkNext: number[] = [];
  const waiting: Map<number, Waiter[]>[] = [];

  function add(into: Map<number, number>, column: number, state: number, origin: number): number {
    const key = state * width + origin;
    let item = into.get(key);
    if (item === undefined) {
      item = states.push(state) - 1;
      origins.push(origin);
      columns.push(column);
      firstLink.push(-1);
      into.set(key, item);
    }
    return item;
  }

  function link(to: number, from: number, edge: Edge, child: number): void {
    linkFrom.push(from);
    linkEdge.push(edge);
    linkChild.push(child);
    linkNext.push(firstLink[to] as number);
    firstLink[to] = linkFrom.length - 1;
  }

  let steps = 0;
  let known = new Map<number, number>();
  add(known, 0, starts[root] as number, 0);
  for (let column = 0; column <= chars.length && known.size > 0; column++) {
    const char = chars[column] ?? -1;
    const next = new Map<number, number>();
    const waiters = new Map<number, Waiter[]>();
    waiting.push(waiters);
    // Rules that are complete without having read anything: whoever asks for them later must hear of it.
    const emptyRules = new Map<number, number[]>();
    // The map grows while it is read: new items come behind.
    for (const item of known.values()) {
      steps += 1;
      if (linkFrom.length > MAX_LINKS) return undefined;
      if (steps % CLOCK_STEPS === 0 && performance.now() > deadline) return undefined;
      const state = states[item] as number;
      const origin = origins[item] as number;
      const own = regularStates.at(state);
      if (own !== undefined) {
        if (own.isEnd) link(add(known, column, ends[own.rule] as number, origin), item, SILENT, -1);
        if (column === chars.length) continue;
        const behind = regularStates.after(state, char);
        if (behind === undefined) return undefined;
        if (behind >= 0) link(add(next, column + 1, behind, origin), item, SILENT, -1);
        continue;
      }
      for (const edge of edges[state] as readonly Edge[]) {
        if (edge.chars !== undefined) {
          if (isOneOf(edge.chars, char)) link(add(next, column + 1, edge.to, origin), item, edge, -1);
        } else if (edge.rule === undefined) {
          link(add(known, column, edge.to, origin), item, edge, -1);
        } else {
          put(waiters, edge.rule, { item, edge });
          add(known, column, starts[edge.rule] as number, column);
          for (const child of emptyRules.get(edge.rule) ?? []) {
            link(add(known, column, edge.to, origin), item, edge, child);
          }
        }
      }
      const rule = endsRule[state] as number;
      if (rule < 0) continue;
      if (origin === column) put(emptyRules, rule, item);
      for (const waiter of waiting[origin]?.get(rule) ?? []) {
        link(
          add(known, column, waiter.edge.to, origins[waiter.item] as number),
          waiter.item,
          waiter.edge,
          item,
        );
      }
    }
    if (column === chars.length) {
      onEnd?.({ items: [...known.values()], states, origins, waiting, regularAt: regularStates.at });
      const last = known.get((ends[root] as number) * width);
      if (last !== undefined) tell(last);
      return last !== undefined;
    }
    known = next;
  }
  return false;

  /** From the end back through all links: what is met is part of a derivation of the whole text. */
  function tell(last: number): void {
    const met = new Uint8Array(states.length);
    met[last] = 1;
    const open = [last];
    for (let item = open.pop(); item !== undefined; item = open.pop()) {
      const column = columns[item] as number;
      const char = chars[column - 1] ?? -1;
      const ended = regular[endsRule[states[item] as number] ?? -1];
      if (ended !== undefined) onRegular(ended, origins[item] as number, column);
      for (let at = firstLink[item] as number; at >= 0; at = linkNext[at] as number) {
        onEdge(linkEdge[at] as Edge, char);
        for (const before of [linkFrom[at] as number, linkChild[at] as number]) {
          if (before < 0 || met[before] === 1) continue;
          met[before] = 1;
          open.push(before);
        }
      }
    }
  }
}

function put<Value>(lists: Map<number, Value[]>, key: number, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
