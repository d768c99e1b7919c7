import type { TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import type { Hole } from '../holes.js';
import { askSyntax } from '../syntax/ask-syntax.js';
import { applyEdit, type ChangeKind, type Edit } from './edit.js';
import { type NameSource, nameChanges } from './names.js';

/** A text for a hole that differs from the old one by one small change. */
export interface Candidate {
  readonly kind: ChangeKind;
  /** The whole text of the hole. */
  readonly text: string;
  /** As in `Edit`: a name that does not exist is spelled right. */
  readonly distance?: number | undefined;
}

export interface CandidateOptions {
  /** Who knows the names that fit. Without it, no name is changed and no argument added. */
  names?: NameSource | undefined;
  /** Candidates at most. Default 400. */
  limit?: number | undefined;
  /** Names tried in one place at most, the nearest first. Default 24. */
  namesPerPlace?: number | undefined;
  signal?: AbortSignal | undefined;
  /** The TypeScript compiler. Default: the installed one. */
  typescript?: TypeScriptApi | undefined;
}

/**
 * Texts for a hole that are one change away from the old one, no text twice. They come in a fixed order: first other
 * names for those that do not exist, then the kinds of change in turn. The engine is asked only as far as texts are taken.
 *
 * @throws GrammaskError `ARGUMENT` where the package `typescript` is missing
 */
export async function* rankedCandidates(
  hole: Hole,
  { names, limit = 400, namesPerPlace = 24, signal, typescript }: CandidateOptions = {},
): AsyncGenerator<Candidate> {
  const seen = new Set([hole.original]);
  let given = 0;
  const make = function* (edits: Iterable<Edit>): Iterable<Candidate> {
    for (const each of edits) {
      const text = applyEdit(hole.content, hole.start, hole.end, each);
      if (given >= limit || signal?.aborted) return;
      if (seen.has(text)) continue;
      seen.add(text);
      given += 1;
      yield { kind: each.kind, text, distance: each.distance };
    }
  };

  const named: (readonly Edit[])[] = [];
  if (names !== undefined) {
    const sites = await askSyntax(hole, { kind: 'names' }, typescript);
    const asked = nameChanges(sites, hole, names, namesPerPlace, signal ?? neverAborted);
    for await (const { isWrong, edits } of asked) {
      // A name that does not exist is what is wrong here.
      if (isWrong) yield* make(edits);
      else named.push(edits);
      if (given >= limit) return;
    }
  }
  const changes = await askSyntax(hole, { kind: 'changes', most: limit }, typescript);
  yield* make(inTurn([inTurn(named), ...changes]));
}

const neverAborted = new AbortController().signal;

/** The first of each list, then the second of each, and so on. */
function* inTurn<T>(lists: readonly Iterable<T>[]): Iterable<T> {
  let open = lists.map((list) => list[Symbol.iterator]());
  while (open.length > 0) {
    const left: Iterator<T>[] = [];
    for (const iterator of open) {
      const { value, done } = iterator.next();
      if (done) continue;
      yield value;
      left.push(iterator);
    }
    open = left;
  }
}
