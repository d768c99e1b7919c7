import type { BuildBudget } from '../frontends/build-budget.js';
import { readCharClass, readStringLiteral } from '../frontends/ebnf/ebnf-characters.js';
import { type Lexeme, lexemesOf } from '../frontends/ebnf/ebnf-lexemes.js';
import type { EbnfDialect } from '../frontends/ebnf/ebnf-program.js';
import type { CharRange } from '../frontends/program-format.js';

/** A node of a rule's body, with its place in the source. Children stand before their parents. */
export type TreeNode = { readonly offset: number; readonly end: number } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'set'; readonly ranges: readonly CharRange[] }
  | { readonly kind: 'rule'; readonly rule: number }
  | { readonly kind: 'concat' | 'union'; readonly parts: readonly number[] }
  | {
      readonly kind: 'repeat';
      readonly body: number;
      readonly min: number;
      readonly max: number | undefined;
    }
  /** Tokens, macros, operators: they match something, and what is not looked at. */
  | { readonly kind: 'opaque'; readonly rules: readonly number[] }
);

export interface TreeRule {
  readonly name: string;
  readonly offset: number;
  /** Index of the body among the nodes. */
  readonly body: number;
}

export interface GrammarTree {
  readonly source: string;
  readonly nodes: readonly TreeNode[];
  readonly rules: readonly TreeRule[];
  readonly root: number;
}

const ANY_CHARACTER: readonly CharRange[] = [
  [0, 0xd7ff],
  [0xe000, 0x10ffff],
];

interface Frame {
  readonly offset: number;
  readonly alternatives: number[];
  items: number[];
  from: number;
  /** `&` or `~` was read in this alternative. */
  hasOperator: boolean;
}

/** The tree of a grammar that is known to have no error. */
export function grammarTree(
  source: string,
  rootName: string,
  dialect: EbnfDialect,
  budget: BuildBudget,
): GrammarTree {
  const lexemes = lexemesOf(source, budget).filter(({ kind }) => kind !== 'comment');
  const starts: number[] = [];
  lexemes.forEach(({ kind }, index) => {
    if (kind === '::=') starts.push(lexemes[index - 1]?.kind === 'options' ? index - 2 : index - 1);
  });
  const index = new Map(starts.map((start, rule) => [lexemes[start]?.text ?? '', rule]));
  const nodes: TreeNode[] = [];
  const rules = starts.map((start, rule): TreeRule => {
    const from = start + (lexemes[start + 1]?.kind === 'options' ? 3 : 2);
    const body = lexemes.slice(from, starts[rule + 1] ?? lexemes.length);
    const { text, offset } = lexemes[start] as Lexeme;
    return { name: text, offset, body: readBody(nodes, source, body, offset, index, dialect, budget) };
  });
  return { source, nodes, rules, root: index.get(rootName) ?? 0 };
}

function readBody(
  nodes: TreeNode[],
  source: string,
  lexemes: readonly Lexeme[],
  offset: number,
  rules: ReadonlyMap<string, number>,
  dialect: EbnfDialect,
  budget: BuildBudget,
): number {
  const add = (node: TreeNode): number => nodes.push(node) - 1;
  const open = (at: number): Frame => ({
    offset: at,
    alternatives: [],
    items: [],
    from: at,
    hasOperator: false,
  });
  const frames: Frame[] = [open(lexemes[0]?.offset ?? offset)];
  const closeAlternative = (frame: Frame, end: number): void => {
    const [only] = frame.items;
    if (frame.hasOperator) {
      frame.alternatives.push(
        add({ kind: 'opaque', rules: rulesBelow(nodes, frame.items), offset: frame.from, end }),
      );
    } else if (frame.items.length === 1 && only !== undefined) frame.alternatives.push(only);
    else frame.alternatives.push(add({ kind: 'concat', parts: frame.items, offset: frame.from, end }));
    frame.items = [];
    frame.hasOperator = false;
  };
  const close = (frame: Frame, end: number): number => {
    closeAlternative(frame, end);
    const [only] = frame.alternatives;
    if (frame.alternatives.length === 1 && only !== undefined) return only;
    return add({ kind: 'union', parts: frame.alternatives, offset: frame.offset, end });
  };
  // Where the parenthesis of a group stands.
  const opened = new Map<number, number>();
  for (let at = 0; at < lexemes.length; at++) {
    budget.step();
    const lexeme = lexemes[at] as Lexeme;
    const frame = frames.at(-1) as Frame;
    const place = { offset: lexeme.offset, end: lexeme.offset + lexeme.text.length };
    switch (lexeme.kind) {
      case 'name': {
        const rule = rules.get(lexeme.text);
        if (rule !== undefined) frame.items.push(add({ kind: 'rule', rule, ...place }));
        else {
          const isMacro = lexemes[at + 1]?.kind === '(';
          const last = isMacro ? closerOf(lexemes, at + 1) : at;
          const names = lexemes
            .slice(at, last + 1)
            .flatMap(({ kind, text }) => (kind === 'name' ? partsOf(text, rules) : []));
          const closer = lexemes[last] as Lexeme;
          frame.items.push(
            add({
              kind: 'opaque',
              rules: names,
              offset: place.offset,
              end: closer.offset + closer.text.length,
            }),
          );
          at = last;
        }
        break;
      }
      case 'atom':
        frame.items.push(add(readAtom(source, lexeme, dialect, place, () => budget.step())));
        break;
      case 'repeat': {
        const body = frame.items.pop();
        if (body === undefined) break;
        const [min, max] = boundsOf(lexeme.text);
        const offset = opened.get(body) ?? (nodes[body] as TreeNode).offset;
        frame.items.push(add({ kind: 'repeat', body, min, max, offset, end: place.end }));
        break;
      }
      case '|':
        closeAlternative(frame, place.offset);
        frame.from = lexemes[at + 1]?.offset ?? place.end;
        break;
      case '(':
        if (lexeme.text === '(=') {
          const last = closerOf(lexemes, at);
          const names = lexemes
            .slice(at, last)
            .flatMap(({ kind, text }) => (kind === 'name' ? partsOf(text, rules) : []));
          frame.items.push(add({ kind: 'opaque', rules: names, ...place }));
          at = last;
        } else frames.push(open(place.end));
        break;
      case ')':
        if (frames.length > 1) {
          frames.pop();
          const group = close(frame, place.offset);
          opened.set(group, frame.offset - 1);
          (frames.at(-1) as Frame).items.push(group);
        }
        break;
      case '&':
      case '~':
        frame.hasOperator = true;
        break;
      default:
        break;
    }
  }
  return close(frames[0] as Frame, source.length);
}

function readAtom(
  source: string,
  { text, offset }: Lexeme,
  dialect: EbnfDialect,
  place: { offset: number; end: number },
  step: () => void,
): TreeNode {
  if (text.startsWith('"'))
    return { kind: 'text', text: readStringLiteral(source, offset, dialect, step).value, ...place };
  if (text.startsWith('['))
    return { kind: 'set', ranges: readCharClass(source, offset, dialect, step).value, ...place };
  if (text === '.') return { kind: 'set', ranges: ANY_CHARACTER, ...place };
  return { kind: 'opaque', rules: [], ...place };
}

function boundsOf(text: string): [number, number | undefined] {
  if (text === '*') return [0, undefined];
  if (text === '+') return [1, undefined];
  if (text === '?') return [0, 1];
  const [, min = '0', comma, max] = /\{\s*(\d+)\s*(,)?\s*(\d+)?/.exec(text) ?? [];
  return [Number(min), comma === undefined ? Number(min) : max === undefined ? undefined : Number(max)];
}

function closerOf(lexemes: readonly Lexeme[], from: number): number {
  let depth = 0;
  for (let at = from; at < lexemes.length; at++) {
    if (lexemes[at]?.kind === '(') depth += 1;
    else if (lexemes[at]?.kind === ')' && --depth === 0) return at;
  }
  return lexemes.length - 1;
}

/** The rules that a name with dots may mean. */
function partsOf(name: string, rules: ReadonlyMap<string, number>): number[] {
  return [name, ...name.split('.')].flatMap((part) => {
    const rule = rules.get(part);
    return rule === undefined ? [] : [rule];
  });
}

function rulesBelow(nodes: readonly TreeNode[], items: readonly number[]): number[] {
  const found: number[] = [];
  const stack = [...items];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const node = nodes[at] as TreeNode;
    if (node.kind === 'rule') found.push(node.rule);
    else if (node.kind === 'opaque') found.push(...node.rules);
    stack.push(...childrenOf(node));
  }
  return found;
}

export function childrenOf(node: TreeNode): readonly number[] {
  return node.kind === 'concat' || node.kind === 'union'
    ? node.parts
    : node.kind === 'repeat'
      ? [node.body]
      : [];
}

/** The rules that a node itself names. */
export function rulesOf(node: TreeNode): readonly number[] {
  return node.kind === 'rule' ? [node.rule] : node.kind === 'opaque' ? node.rules : [];
}
