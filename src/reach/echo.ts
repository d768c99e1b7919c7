// What somebody would try by hand who wants a token next: the token itself, and the end of the prompt with the token behind it.
// Decoders copy what followed when the same words stood there before ("induction heads", Olsson and others, 2022).
import type { Search } from './search.js';

/**
 * Sequences of a length that show each goal how to go on: the last tokens of the prompt, then the target, and that again.
 * Nothing where the symbols are no tokens, or something else than the next token is looked at.
 */
export async function echoes(search: Search): Promise<(length: number) => readonly number[][]> {
  const { goals, system } = search;
  const { control, reading, context, template, watch } = system;
  if (control.unit !== 'token' || reading.kind !== 'token') return () => [];
  const symbolOf = new Map(Array.from(control.ids, (id, symbol) => [id, symbol]));
  const { tokens: prompt } = await watch.race(context.worker.encode(template.fill('')));
  const tail: number[] = [];
  for (let at = prompt.length - 1; at >= 0; at--) {
    const symbol = symbolOf.get(prompt[at] as number);
    if (symbol === undefined || context.vocabulary.isSpecial(prompt[at] as number)) break;
    tail.unshift(symbol);
  }
  const wanted = goals.flatMap(({ kind, outcome }, goal) => {
    const symbol = symbolOf.get(Number(outcome));
    return kind === 'reach' && symbol !== undefined ? [{ goal, symbol }] : [];
  });
  return (length) => {
    const open = new Set(search.open());
    return wanted
      .filter(({ goal }) => open.has(goal))
      .flatMap(({ symbol }) => {
        const all: number[][] = [];
        for (let shown = Math.min(length - 1, tail.length); shown >= 0; shown--) {
          const echo = [...(shown === 0 ? [] : tail.slice(-shown)), symbol];
          // Where the length leaves room for it more than once, so often.
          const times = Math.floor(length / echo.length);
          if (times * echo.length === length) all.push(Array.from({ length: times }, () => echo).flat());
        }
        return all;
      });
  };
}
