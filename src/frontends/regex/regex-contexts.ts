import { ANY_CHAR, intersectRanges, invertRanges } from '../char-ranges.js';
import type { CharRange } from '../program-format.js';
import { LINE_TERMINATOR } from './regex-classes.js';
import type { RegexNode } from './regex-tree.js';

/** What an assertion asks of the text before it, where the last character decides. */
export interface Before {
  /** Whether it holds where there is no character before. */
  readonly start: boolean;
  /** The last characters for which it holds. */
  readonly ranges: readonly CharRange[];
}

/**
 * What the assertions of a pattern can tell apart about the text before them: the class of its last character, or that
 * there is none. States 0 to `classes.length - 1` are the classes; `start` is the state of the empty text.
 */
export interface Contexts {
  readonly classes: readonly (readonly CharRange[])[];
  readonly start: number;
  readonly count: number;
}

/** Beyond so many classes a pattern is not lowered. */
const MAX_CLASSES = 32;

/** The condition of an assertion that looks back by one character at most; undefined for all others. */
export function beforeOf(nodes: readonly RegexNode[], index: number): Before | undefined {
  const node = nodes[index] as RegexNode;
  if (node.kind === 'start') return { start: true, ranges: node.lines ? LINE_TERMINATOR : [] };
  if (node.kind === 'wordBorder') return { start: false, ranges: node.word };
  if (node.kind !== 'look' || node.ahead) return undefined;
  const body = lastCharacter(nodes, node.body);
  if (body === undefined || !node.negated) return body;
  return { start: !body.start, ranges: invertRanges(body.ranges) };
}

/** The bodies of look-behinds that ask for one character or for the start, or for one of several such. */
function lastCharacter(nodes: readonly RegexNode[], index: number): Before | undefined {
  const pending = [index];
  const ranges: CharRange[] = [];
  let start = false;
  while (pending.length > 0) {
    const node = nodes[pending.pop() as number] as RegexNode;
    if (node.kind === 'chars') {
      for (const range of node.ranges) ranges.push(range);
    } else if (node.kind === 'start') {
      start = true;
      if (node.lines) ranges.push(...LINE_TERMINATOR);
    } else if (node.kind === 'union') {
      for (const part of node.parts) pending.push(part);
    } else if (node.kind === 'concat' && node.parts.length === 0) {
      return { start: true, ranges: ANY_CHAR };
    } else {
      return undefined;
    }
  }
  return { start, ranges };
}

/** Undefined if there are too many classes. */
export function contextsOf(nodes: readonly RegexNode[]): Contexts | undefined {
  let classes: (readonly CharRange[])[] = [ANY_CHAR];
  let asked = false;
  const seen = new Set<string>();
  for (let index = 0; index < nodes.length; index++) {
    const before = beforeOf(nodes, index);
    if (before === undefined) continue;
    asked = true;
    const key = JSON.stringify(before.ranges);
    if (seen.has(key)) continue;
    seen.add(key);
    const outside = invertRanges(before.ranges);
    classes = classes
      .flatMap((ranges) => [intersectRanges(ranges, before.ranges), intersectRanges(ranges, outside)])
      .filter((ranges) => ranges.length > 0);
    if (classes.length > MAX_CLASSES) return undefined;
  }
  const start = asked ? classes.length : 0;
  return { classes, start, count: classes.length + (asked ? 1 : 0) };
}

/** Whether a condition holds in a state. */
export function holdsIn(contexts: Contexts, state: number, before: Before): boolean {
  if (state === contexts.start) return before.start;
  const [first] = contexts.classes[state] as readonly CharRange[];
  const point = (first as CharRange)[0];
  return before.ranges.some(([lo, hi]) => lo <= point && point <= hi);
}
