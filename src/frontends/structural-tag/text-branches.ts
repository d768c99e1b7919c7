import type { RuleBody, TagRules } from './rule-body.js';

/** A text, and the node of what follows it. */
export interface TextBranch {
  readonly text: string;
  readonly rest: number;
}

interface Frame {
  readonly low: number;
  readonly high: number;
  readonly from: number;
  /** Where the texts of the frame part. */
  to: number;
  readonly rests: number[];
  readonly children: number[];
}

/**
 * Any of the texts, each with what follows it. What texts have in common at their beginning is written once, so that
 * hundreds of them are read as one until they differ.
 */
export function branchesOf(rules: TagRules, body: RuleBody, branches: readonly TextBranch[]): number {
  const sorted = branches
    .map(({ text, rest }) => ({ text, rest, units: unitsOf(rules, text) }))
    .sort((a, b) => (a.text < b.text ? -1 : Number(a.text > b.text)));
  const frames: Frame[] = [frame(0, sorted.length, 0)];
  // The list grows while it is walked: children stand behind their parents.
  for (const own of frames) {
    const first = sorted[own.low];
    const last = sorted[own.high - 1];
    if (first === undefined || last === undefined) continue;
    own.to = own.from;
    while (own.to < first.units.length && first.units[own.to] === last.units[own.to]) own.to++;
    for (let low = own.low; low < own.high; ) {
      rules.builder.step();
      const unit = sorted[low]?.units[own.to];
      if (unit === undefined) {
        own.rests.push(sorted[low++]?.rest as number);
        continue;
      }
      let high = low + 1;
      while (high < own.high && sorted[high]?.units[own.to] === unit) high++;
      own.children.push(frames.push(frame(low, high, own.to)) - 1);
      low = high;
    }
  }
  const nodes: number[] = [];
  for (let index = frames.length - 1; index >= 0; index--) {
    const { low, from, to, rests, children } = frames[index] as Frame;
    const units = sorted[low]?.units.slice(from, to) ?? [];
    const after = body.union([...rests, ...children.map((child) => nodes[child] as number)]);
    nodes[index] = units.length === 0 ? after : body.concat([body.literal(units.join('')), after]);
  }
  return nodes[0] as number;
}

const frame = (low: number, high: number, from: number): Frame => ({
  low,
  high,
  from,
  to: from,
  rests: [],
  children: [],
});

/** What cannot be cut: characters and special tokens. */
function unitsOf({ split }: TagRules, text: string): string[] {
  return split(text).flatMap((part) => ('token' in part ? [part.token] : Array.from(part.text)));
}
