import type { ProgramBuilder } from '../program-builder.js';

/** A state of the suffix automaton: all texts that lead to it end at the same places of the list. */
interface State {
  readonly next: Map<string, number>;
  readonly length: number;
  link: number;
}

/**
 * The expression of every run of neighbouring chunks of a list, the empty one too. Chunks are not split; empty ones add
 * nothing. Its size is linear in the number of chunks: a suffix automaton, of which every state is one shared expression.
 */
export function substringExpr(builder: ProgramBuilder, chunks: readonly string[]): number {
  const states = suffixAutomaton(builder, chunks);
  // What follows a state is longer than what led to it, so the longest come first.
  const order = states.map((_, index) => index).sort((a, b) => lengthOf(states, b) - lengthOf(states, a));
  const exprs: number[] = [];
  for (const index of order) {
    builder.step();
    const choices = [builder.epsilon()];
    for (const [chunk, target] of (states[index] as State).next) {
      choices.push(builder.concat([builder.literal(chunk), exprs[target] as number]));
    }
    exprs[index] = builder.union(choices);
  }
  return exprs[0] as number;
}

const lengthOf = (states: readonly State[], index: number): number => (states[index] as State).length;

/** Blumer's construction, chunk by chunk: at most two states and three transitions for each. */
function suffixAutomaton(builder: ProgramBuilder, chunks: readonly string[]): State[] {
  const states: State[] = [{ next: new Map(), length: 0, link: -1 }];
  const at = (index: number): State => states[index] as State;
  let last = 0;
  for (const chunk of chunks) {
    builder.step();
    if (chunk === '') continue;
    const current = states.push({ next: new Map(), length: at(last).length + 1, link: 0 }) - 1;
    let state = last;
    for (; state >= 0 && !at(state).next.has(chunk); state = at(state).link) {
      at(state).next.set(chunk, current);
    }
    last = current;
    if (state < 0) continue;
    const target = at(state).next.get(chunk) as number;
    if (at(target).length === at(state).length + 1) {
      at(current).link = target;
      continue;
    }
    const clone =
      states.push({
        next: new Map(at(target).next),
        length: at(state).length + 1,
        link: at(target).link,
      }) - 1;
    for (; state >= 0 && at(state).next.get(chunk) === target; state = at(state).link) {
      at(state).next.set(chunk, clone);
    }
    at(target).link = clone;
    at(current).link = clone;
  }
  return states;
}
