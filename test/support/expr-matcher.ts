import { type ProgramData, type ProgramExpr, readProgram } from '../../src/frontends/program-reader.js';
import { decodePunycode } from './punycode.js';

/**
 * Decides by brute force whether a text is in a program's language. It works on sets of end positions and has nothing in
 * common with the engine; texts must be short. Schemas are out of its reach; a token is the code point U+E000 plus its id.
 */
export function matchesProgram(program: Uint8Array, text: string): boolean {
  const data = readProgram(program);
  const points = Array.from(text, (char) => char.codePointAt(0) as number);
  const ends = createExprEnds(data.exprs, points);
  const { length } = points;
  // ruleEnds[rule][start] grows until nothing changes: a least fixed point.
  const ruleEnds = data.rules.map(() => Array.from({ length: length + 1 }, () => new Set<number>()));
  const symbolEnds = (symbol: ProgramData['rules'][number]['alternatives'][number][number], from: number) => {
    switch (symbol.kind) {
      case 'terminal':
      case 'slot':
        return ends(symbol.expr, from);
      case 'rule':
        return ruleEnds[symbol.rule]![from]!;
      case 'tokens': {
        const { excluded, ids } = data.tokenSets[symbol.set]!;
        const id = (points[from] ?? 0) - 0xe000;
        const listed = ids.some(([lo, hi]) => lo <= id && id <= hi);
        return new Set(id >= 0 && id < 0x1000 && listed !== excluded ? [from + 1] : []);
      }
      default:
        throw new Error(`no matcher for ${symbol.kind}`);
    }
  };
  for (let changed = true; changed; ) {
    changed = false;
    data.rules.forEach((rule, index) => {
      for (let from = 0; from <= length; from++) {
        const known = ruleEnds[index]![from]!;
        const before = known.size;
        for (const symbols of rule.alternatives) {
          let current = new Set([from]);
          for (const symbol of symbols) {
            const next = new Set<number>();
            for (const at of current) for (const end of symbolEnds(symbol, at)) next.add(end);
            current = next;
          }
          for (const end of current) known.add(end);
        }
        if (known.size !== before) changed = true;
      }
    });
  }
  return ruleEnds[data.root]![0]!.has(length);
}

/** Where a match of an expression that begins at a position may end. */
function createExprEnds(exprs: readonly ProgramExpr[], points: readonly number[]) {
  const memo = new Map<number, Set<number>>();
  const width = points.length + 1;

  function ends(index: number, from: number): Set<number> {
    const key = index * width + from;
    let result = memo.get(key);
    if (result === undefined) {
      result = compute(exprs[index]!, from);
      memo.set(key, result);
    }
    return result;
  }
  function step(current: Iterable<number>, body: number): Set<number> {
    const next = new Set<number>();
    for (const at of current) for (const end of ends(body, at)) next.add(end);
    return next;
  }
  function compute(expr: ProgramExpr, from: number): Set<number> {
    switch (expr.op) {
      case 'empty':
        return new Set();
      case 'epsilon':
        return new Set([from]);
      case 'set': {
        const point = points[from];
        const inside = point !== undefined && expr.ranges.some(([lo, hi]) => lo <= point && point <= hi);
        return new Set(inside ? [from + 1] : []);
      }
      case 'literal': {
        const wanted = Array.from(expr.text, (char) => char.codePointAt(0) as number);
        return new Set(wanted.every((point, i) => points[from + i] === point) ? [from + wanted.length] : []);
      }
      case 'concat':
        return expr.parts.reduce((current, part) => step(current, part), new Set([from]));
      case 'union':
        return new Set(expr.parts.flatMap((part) => [...ends(part, from)]));
      case 'intersect': {
        const sets = expr.parts.map((part) => ends(part, from));
        return new Set(positionsFrom(from).filter((end) => sets.every((set) => set.has(end))));
      }
      case 'complement': {
        const inner = ends(expr.expr, from);
        return new Set(positionsFrom(from).filter((end) => !inner.has(end)));
      }
      case 'repeat': {
        const result = new Set<number>();
        let current = new Set([from]);
        // After `length + 1` rounds the set of ends is empty or has come to rest.
        const rounds = Math.min(
          expr.max ?? Number.POSITIVE_INFINITY,
          Math.min(expr.min, width + 1) + width + 1,
        );
        for (let round = 0; ; round++) {
          if (round >= Math.min(expr.min, width + 1)) for (const end of current) result.add(end);
          if (round >= rounds) return result;
          current = step(current, expr.expr);
        }
      }
      case 'bytes': // whoever asks gives bytes as points
        return ends(expr.expr, from);
      case 'punycode': {
        const result = new Set<number>();
        for (let end = from + 1; end <= Math.min(from + expr.max, points.length); end++) {
          const decoded = decodePunycode(String.fromCodePoint(...points.slice(from, end)));
          if (decoded !== undefined && createExprEnds(exprs, decoded)(expr.expr, 0).has(decoded.length))
            result.add(end);
        }
        return result;
      }
    }
  }
  function positionsFrom(from: number): number[] {
    return Array.from({ length: width - from }, (_, i) => from + i);
  }
  return ends;
}
