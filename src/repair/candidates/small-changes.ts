import type { TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import type { Hole } from '../holes.js';
import { nodesWithin, sourceOf } from '../syntax/tree.js';
import {
  accessChanges,
  type Change,
  fewerArguments,
  keywordChanges,
  literalChanges,
  negationChanges,
  operatorChanges,
  orderChanges,
  type Place,
} from './changes.js';
import type { Edit } from './edit.js';

const changes: readonly Change[] = [
  operatorChanges,
  literalChanges,
  orderChanges,
  negationChanges,
  accessChanges,
  fewerArguments,
  keywordChanges,
];

/**
 * The changes of a hole that need no names: a list for each kind, in the order of the text.
 *
 * @param most candidates that are taken of all lists. No list is longer than twice that: some of its changes may give a text twice.
 */
export function smallChanges(ts: TypeScriptApi, hole: Hole, most: number): Edit[][] {
  const source = sourceOf(ts, hole);
  const places = nodesWithin(ts, source, hole.start, hole.end).map(
    (node): Place => ({ ts, source, node, start: node.getStart(source), end: node.end }),
  );
  const firstOf = (change: Change): Edit[] => {
    const found: Edit[] = [];
    for (const place of places) {
      for (const edit of change(place)) {
        if (found.length >= 2 * most) return found;
        found.push(edit);
      }
    }
    return found;
  };
  return changes.map(firstOf);
}
