import type * as TypeScript from 'typescript';
import { loadTypeScript, type TypeScriptApi } from '../frontends/typescript/load-typescript.js';
import type { Hole } from './holes.js';
import { nodesWithin, sourceOf, tokensWithin } from './syntax/tree.js';

/** Which part of the old text a template keeps. */
export type TemplateName =
  /** Nothing is kept. */
  | 'whole'
  /** The first tokens are kept. */
  | 'keep-prefix'
  /** The last tokens are kept. */
  | 'keep-suffix'
  /** A condition gets `&&` or `||` and another one. */
  | 'condition'
  /** All arguments of a call, one of them, or one more at the front or back. */
  | 'arguments'
  /** What is called; the arguments stay. */
  | 'callee'
  /** What the text around the hole needs is kept, as a name that is used behind it; in the place of `whole` with `checks`. */
  | 'needed';

/** A smaller hole inside of a hole: the text of the hole becomes `before + written + after`. */
export interface TemplateHole {
  readonly template: TemplateName;
  /** What exactly, in a few words: for reports. */
  readonly detail: string;
  readonly before: string;
  readonly after: string;
  /** What stands in the smaller hole now; empty where something is to be added. */
  readonly original: string;
  /** The file before and after the smaller hole. */
  readonly prefix: string;
  readonly suffix: string;
}

export interface TemplateOptions {
  /** Which templates. Default: all. */
  only?: readonly TemplateName[] | undefined;
  /** The TypeScript compiler. Default: the installed one. */
  typescript?: TypeScriptApi | undefined;
}

/**
 * The templates of a hole, the whole one first. Two that would leave the same hole are one.
 *
 * @throws GrammaskError `ARGUMENT` where the package `typescript` is missing
 */
export function templateHoles(hole: Hole, options: TemplateOptions = {}): TemplateHole[] {
  const ts = options.typescript ?? loadTypeScript();
  return templateCuts(ts, hole, options.only).map((cut) => cutHole(hole, cut));
}

/** What the templates of a hole cut out of it; of all, or only of these. */
export function templateCuts(ts: TypeScriptApi, hole: Hole, only?: readonly TemplateName[]): TemplateCut[] {
  const source = sourceOf(ts, hole);
  const found: TemplateCut[] = [];
  const seen = new Set<string>();
  const add = (template: TemplateName, detail: string, cut: Cut): void => {
    if (only !== undefined && !only.includes(template)) return;
    const { before, after } = cutHole(hole, { template, detail, cut });
    const key = `${before.length}\0${before}\0${after}`;
    if (seen.has(key)) return;
    seen.add(key);
    found.push({ template, detail, cut });
  };

  add('whole', WHOLE, { from: hole.start, to: hole.end });
  addKept(ts, source, hole, add);
  for (const node of nodesWithin(ts, source, hole.start, hole.end)) {
    const condition = conditionOf(ts, node);
    if (condition !== undefined) addCondition(condition, source, hole, add);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) addCall(ts, node, source, add);
  }
  // A block that begins in the hole ends after it: `if (…) {` is no node within it, its condition is.
  for (const node of openStatements(ts, source, hole)) {
    const condition = conditionOf(ts, node);
    if (condition !== undefined) addCondition(condition, source, hole, add);
  }
  return found;
}

const WHOLE = 'the whole text';

/** The template that keeps nothing. */
export function wholeHole(hole: Hole): TemplateHole {
  return cutHole(hole, { template: 'whole', detail: WHOLE, cut: { from: hole.start, to: hole.end } });
}

/** Where the smaller hole is, in the file, and what is written at its borders. */
export interface Cut {
  readonly from: number;
  readonly to: number;
  readonly open?: string;
  readonly close?: string;
}

/** A template with what it cuts out. */
export interface TemplateCut {
  readonly template: TemplateName;
  readonly detail: string;
  readonly cut: Cut;
}

type Add = (template: TemplateName, detail: string, cut: Cut) => void;

/** The smaller hole of a template. */
export function cutHole(hole: Hole, { template, detail, cut }: TemplateCut): TemplateHole {
  const { from, to, open = '', close = '' } = cut;
  const before = hole.content.slice(hole.start, from) + open;
  const after = close + hole.content.slice(to, hole.end);
  return {
    template,
    detail,
    before,
    after,
    original: hole.content.slice(from, to),
    prefix: hole.prefix + before,
    suffix: after + hole.suffix,
  };
}

function addKept(ts: TypeScriptApi, source: TypeScript.SourceFile, hole: Hole, add: Add): void {
  const tokens = tokensWithin(ts, source, hole.start, hole.end);
  tokens.slice(0, -1).forEach((token, i) => {
    add('keep-prefix', `the first ${count(i + 1, 'token')} kept`, { from: token.end, to: hole.end });
  });
  tokens.slice(1).forEach((token, i) => {
    const kept = tokens.length - 1 - i;
    add('keep-suffix', `the last ${count(kept, 'token')} kept`, { from: hole.start, to: token.start });
  });
}

function count(number: number, word: string): string {
  return number === 1 ? word : `${number} ${word}s`;
}

function conditionOf(ts: TypeScriptApi, node: TypeScript.Node): TypeScript.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return node.expression;
  if (ts.isConditionalExpression(node)) return node.condition;
  return ts.isForStatement(node) ? node.condition : undefined;
}

function openStatements(ts: TypeScriptApi, source: TypeScript.SourceFile, hole: Hole): TypeScript.Node[] {
  const found = new Set<TypeScript.Node>();
  for (const { node } of tokensWithin(ts, source, hole.start, hole.end)) {
    const { parent } = node;
    if (parent !== undefined && parent.end > hole.end && parent.getStart(source) >= hole.start) {
      found.add(parent);
    }
  }
  return [...found];
}

function addCondition(
  condition: TypeScript.Expression,
  source: TypeScript.SourceFile,
  hole: Hole,
  add: Add,
): void {
  const { end } = condition;
  const start = condition.getStart(source);
  if (start < hole.start || end > hole.end || start === end) return;
  for (const operator of ['&&', '||']) {
    add('condition', `${operator} after the condition`, { from: end, to: end, open: ` ${operator} ` });
    add('condition', `${operator} before the condition`, { from: start, to: start, close: ` ${operator} ` });
  }
}

function addCall(
  ts: TypeScriptApi,
  call: TypeScript.CallExpression | TypeScript.NewExpression,
  source: TypeScript.SourceFile,
  add: Add,
): void {
  const name = ts.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
  add('callee', 'what is called', { from: name.getStart(source), to: name.end });
  const list = call.arguments;
  // `new A` has no parentheses.
  if (list === undefined) return;
  const arguments_ = list.filter((argument) => argument.end > argument.getStart(source));
  const [first, last] = [arguments_[0], arguments_.at(-1)];
  if (first === undefined || last === undefined) {
    add('arguments', 'all arguments', { from: list.pos, to: list.pos });
    return;
  }
  add('arguments', 'all arguments', { from: first.getStart(source), to: last.end });
  arguments_.forEach((argument, i) => {
    add('arguments', `argument ${i + 1}`, { from: argument.getStart(source), to: argument.end });
  });
  const start = first.getStart(source);
  add('arguments', 'one more at the front', { from: start, to: start, close: ', ' });
  add('arguments', 'one more at the back', { from: last.end, to: last.end, open: ', ' });
}
