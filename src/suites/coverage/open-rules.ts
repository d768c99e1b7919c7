import type { ProgramBuilder } from '../../frontends/program-builder.js';
import type { CoverageSource } from '../protocol.js';
import type { Automaton } from './automaton.js';
import { coverageMap } from './coverage-map.js';
import { createFollow, type TextEnd } from './recogniser.js';

/** A rule that is open at the end of a text, and since where: code points from 0; bytes, in a grammar of bytes. */
export interface OpenRule {
  readonly name: string;
  readonly since: number;
}

/** Stacks that are told. */
const MOST_STACKS = 3;

interface Frame {
  readonly rule: number;
  readonly origin: number;
  readonly inner: Frame | undefined;
}

/**
 * The rules in which a text ends, from the start rule inwards: for each rule that reads what comes next the shortest stack, and
 * the shortest three of these. undefined: that is not known for this kind of grammar, or not within the time.
 */
export function openRules(
  source: CoverageSource,
  bytes: Uint8Array,
  timeoutMs: number,
): readonly (readonly OpenRule[])[] | undefined {
  const map = coverageMap(source);
  if ('reason' in map) return undefined;
  const { automaton, builder, textOf } = map;
  let end: TextEnd | undefined;
  createFollow(builder, automaton)(
    textOf(bytes),
    performance.now() + timeoutMs,
    () => {},
    (found) => {
      end = found;
    },
  );
  if (end === undefined) return undefined;
  return stacksAt(automaton, builder, end);
}

/** Of each state of a graph its rule. */
function rulesOfStates(automaton: Automaton): ReadonlyMap<number, number> {
  const ruleOf = new Map<number, number>();
  automaton.starts.forEach((start, rule) => {
    const open = [start, automaton.ends[rule] as number];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      if (ruleOf.has(state)) continue;
      ruleOf.set(state, rule);
      for (const { to } of automaton.edges[state] ?? []) open.push(to);
    }
  });
  return ruleOf;
}

/** From what reads next outwards, over all that waits for it, the nearest first. */
function stacksAt(
  automaton: Automaton,
  builder: ProgramBuilder,
  { items, states, origins, waiting, regularAt }: TextEnd,
): OpenRule[][] {
  const { root, names, edges } = automaton;
  const ruleOf = rulesOfStates(automaton);
  const found = new Map<string, OpenRule[]>();
  const starts = new Map<string, Frame>();
  for (const item of items) {
    const state = states[item] as number;
    const left = regularAt(state);
    const rule = left?.rule ?? ruleOf.get(state);
    const reads =
      left === undefined
        ? edges[state]?.some(({ chars }) => chars !== undefined) === true
        : left.expr !== builder.epsilon();
    if (rule === undefined || !reads) continue;
    const origin = origins[item] as number;
    starts.set(`${rule} ${origin}`, { rule, origin, inner: undefined });
  }
  for (const start of starts.values()) {
    const seen = new Set<string>();
    const queue = [start];
    for (const frame of queue) {
      const { rule, origin } = frame;
      if (rule === root && origin === 0) {
        const stack = stackOf(frame, names);
        found.set(JSON.stringify(stack), stack);
        break;
      }
      for (const { item } of waiting[origin]?.get(rule) ?? []) {
        const outer = ruleOf.get(states[item] as number);
        const since = origins[item] as number;
        if (outer === undefined || seen.has(`${outer} ${since}`)) continue;
        seen.add(`${outer} ${since}`);
        queue.push({ rule: outer, origin: since, inner: frame });
      }
    }
  }
  return [...found.values()].sort((a, b) => a.length - b.length).slice(0, MOST_STACKS);
}

function stackOf(outermost: Frame, names: Automaton['names']): OpenRule[] {
  const stack: OpenRule[] = [];
  for (let frame: Frame | undefined = outermost; frame !== undefined; frame = frame.inner) {
    const name = names[frame.rule];
    if (name !== undefined) stack.push({ name, since: frame.origin });
  }
  return stack;
}
