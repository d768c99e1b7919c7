import type { ProgramBuilder } from '../program-builder.js';
import { anyText, shortestMatch, textWithout } from '../rules/text-operations.js';
import type { RuleBody, TagRules } from './rule-body.js';
import { branchesOf, type TextBranch } from './text-branches.js';

/** What a mark in free text leads to. */
export interface Dispatched {
  readonly mark: string;
  /** What may follow the mark. */
  readonly ways: readonly TextBranch[];
}

/** Marks that text can hold: special tokens are never part of a text. */
export function textMarks(rules: TagRules, marks: readonly string[]): string[] {
  return marks.filter((mark) => rules.split(mark).every((part) => 'text' in part));
}

/** The expression of the texts without any of the marks. */
export function freeText(rules: TagRules, marks: readonly string[]): number {
  const { builder } = rules;
  return textWithout(
    builder,
    textMarks(rules, marks).map((mark) => builder.literal(mark)),
  );
}

/**
 * Free text up to the first mark, the mark, and what must follow it: one round. A mark is seen where its last character
 * stands, so the shortest beginning of a text that ends with a mark decides; a text of `excludes` must not come before.
 */
export function freeTextThenMark(
  rules: TagRules,
  body: RuleBody,
  dispatched: readonly Dispatched[],
  excludes: readonly string[],
): number {
  const { builder } = rules;
  const marks = textMarks(rules, [...dispatched.map(({ mark }) => mark), ...excludes]);
  const free = body.expr(freeText(rules, marks));
  const simple: TextBranch[] = [];
  const rounds: number[] = [];
  for (const { mark, ways } of dispatched) {
    builder.step();
    const isText = rules.split(mark).every((part) => 'text' in part);
    if (!isText || !(excludes.includes(mark) || marks.some((other) => straddles(other, mark)))) {
      for (const { text, rest } of ways) simple.push({ text: mark + text, rest });
    } else {
      const upToMark = body.expr(firstMark(builder, mark, marks, excludes));
      rounds.push(body.concat([upToMark, branchesOf(rules, body, ways)]));
    }
  }
  if (simple.length > 0) rounds.push(body.concat([free, branchesOf(rules, body, simple)]));
  return body.union(rounds);
}

/** Whether `other` may end inside of a `mark` that follows free text, or at its end without being it. */
function straddles(other: string, mark: string): boolean {
  if (other !== mark && mark.includes(other)) return true;
  const longest = Math.min(mark.length, other.length) - 1;
  for (let length = 1; length <= longest; length++) {
    if (other.endsWith(mark.slice(0, length))) return true;
  }
  return other !== mark && other.endsWith(mark);
}

/** The texts that end with `mark`, and hold no mark before that place. */
function firstMark(
  builder: ProgramBuilder,
  mark: string,
  marks: readonly string[],
  excludes: readonly string[],
): number {
  const any = anyText(builder);
  const endsWith = (texts: readonly string[]): number =>
    builder.concat([any, builder.union(texts.map((text) => builder.literal(text)))]);
  return builder.intersect([
    shortestMatch(builder, endsWith(marks)),
    endsWith([mark]),
    builder.complement(endsWith(excludes)),
  ]);
}
