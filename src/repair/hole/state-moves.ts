import { a, go, type Move, marks, open } from './state-table.js';

// Moves that states of several constructs share.

export const separator = (comma: string): Move[] => [go(marks(','), comma)];
export const end: Move[] = [go(marks(';'), 'S')];

/** The names that a property or a member of a class may have; `to` is the state behind, `key` that behind names that are no words. */
export const propertyNames = (to: string, key = to): Move[] => [
  go(a('name'), to),
  go(a('string'), key),
  go(a('integer'), key),
  go(a('number'), key),
  go(a('fraction'), key),
  go(a('private'), key),
  open('[', 'group', key),
];

/** What is declared: a name or a pattern. */
export const target = (to: string): Move[] => [
  go(a('plain'), to),
  open('{', 'objectPattern', to),
  open('[', 'arrayPattern', to),
];
