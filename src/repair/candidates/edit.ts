/** One change of a text: from where to where, and what stands there then. Offsets are those of the file. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Of what kind a change is. */
export type ChangeKind =
  /** Another name in the place of one. */
  | 'name'
  /** An argument more, or one less. */
  | 'argument'
  /** Another operator. */
  | 'operator'
  /** Another literal, or one more or less at a bound. */
  | 'literal'
  /** Arguments or operands that change places. */
  | 'order'
  /** `!` added or taken away. */
  | 'negation'
  /** `?.`, or `!` after an expression, added or taken away. */
  | 'access'
  /** `await` or `return` added or taken away. */
  | 'keyword';

/** A change that may be the right one. */
export interface Edit {
  readonly kind: ChangeKind;
  /**
   * Where a name that does not exist becomes one that is spelled like it: how far the two are apart. Undefined for all else, and for
   * names further apart than those that a checker suggests.
   */
  readonly distance?: number | undefined;
  readonly replacements: readonly Replacement[];
}

/** A change of one place. */
export function edit(kind: ChangeKind, start: number, end: number, text: string): Edit {
  return { kind, replacements: [{ start, end, text }] };
}

/** A part of a file with changes in it; they do not overlap. */
export function applyEdit(content: string, start: number, end: number, { replacements }: Edit): string {
  let text = '';
  let at = start;
  for (const replacement of [...replacements].sort((a, b) => a.start - b.start)) {
    text += content.slice(at, replacement.start) + replacement.text;
    at = replacement.end;
  }
  return text + content.slice(at, end);
}
