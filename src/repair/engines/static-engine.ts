import { checkOptions, expected } from '../../engine/arguments.js';
import type { CompletionAnswer, CompletionEngine, CompletionRequest } from './completion-engine.js';

/** Names of one slot: a list, or a function that is asked each time; null is unknown. */
export type StaticNames =
  | readonly string[]
  | ((
      request: CompletionRequest,
    ) => readonly string[] | null | undefined | Promise<readonly string[] | null | undefined>);

/** An engine whose names are given by the caller. */
export type StaticEngine = CompletionEngine;

/**
 * Names that the caller knows: columns of a table, operations of an interface, files of a folder. Lists are complete, and taken as
 * they are: no case is folded, no name is left out, whether it is an identifier or not.
 *
 * @param options.names the names by slot. A slot that is not there is unknown
 * @throws GrammaskError `ARGUMENT`
 */
export function staticEngine(options: {
  readonly names: Readonly<Record<string, StaticNames>>;
}): StaticEngine {
  const { names } = checkOptions(options, ['names']);
  if (typeof names !== 'object' || names === null) throw expected('an object', 'names', names);
  const bySlot = new Map<string, StaticNames>(Object.entries(names));
  for (const [slot, list] of bySlot) {
    if (typeof list === 'function') continue;
    checkList(list, slot);
    bySlot.set(slot, [...list]);
  }
  return {
    async complete(request): Promise<CompletionAnswer | null> {
      const source = bySlot.get(request.slot);
      if (source === undefined) return null;
      const list = typeof source === 'function' ? await source(request) : source;
      if (list === null || list === undefined) return null;
      if (typeof source === 'function') checkList(list, request.slot);
      return { names: [...new Set(list)], complete: true };
    },
  };
}

function checkList(list: unknown, slot: string): void {
  if (Array.isArray(list) && list.every((name) => typeof name === 'string')) return;
  throw expected('an array of strings, a function, or null from a function', `names.${slot}`, list);
}
