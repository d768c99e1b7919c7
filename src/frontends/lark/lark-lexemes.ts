import { ANY_CHAR } from '../char-ranges.js';
import { endsBy, shortestMatch, textWithout } from '../rules/text-operations.js';
import { onlyNode } from './lark-any-text.js';
import { fixedMark, isLazyRule, isTokenHead } from './lark-dispatch.js';
import type { Scope } from './lark-scope.js';
import { textsBeforeMark } from './lark-stop.js';
import { terminalExpr } from './lark-terminals.js';
import type { LarkAttributes, LarkMark, LarkNode, LarkRule } from './lark-tree.js';

/** What a rule is by its attributes. */
export type RuleForm =
  /** A body as it stands. */
  | { readonly kind: 'plain' }
  /** A terminal: nothing is ignored inside of it. */
  | {
      readonly kind: 'terminal';
      readonly expr: number;
      readonly maxTokens: number | undefined;
      readonly isLazy: boolean;
      /** What others must not run over, where that is more than the terminal: the body with the mark of `stop`. */
      readonly heeded: number | undefined;
    }
  /** A body with bounds on all of it. */
  | {
      readonly kind: 'bounded';
      readonly maxTokens: number | undefined;
      readonly maxChars: number | undefined;
      readonly offset: number;
    };

const PLAIN: RuleForm = { kind: 'plain' };

/** @param heads rules that begin tool calls in the shape of XGrammar */
export function formOf(scope: Scope, rule: LarkRule, heads: ReadonlySet<string> | undefined): RuleForm {
  const { attributes } = rule;
  if (attributes === undefined) return PLAIN;
  const { maxTokens, maxChars, temperature, offset } = attributes;
  checkBounds(scope, attributes);
  if (isLazyRule(rule)) return lazyForm(scope, rule, attributes, heads);
  if (maxTokens === undefined && maxChars === undefined && temperature === undefined) return PLAIN;
  const only = onlyNode(rule.body);
  // A token has no characters, and is one token.
  if (only?.kind === 'tokenName' || only?.kind === 'tokenIds') return PLAIN;
  if (only?.kind === 'grammar' || only?.kind === 'json' || only?.kind === 'lark') {
    if (maxTokens === undefined && maxChars === undefined) return PLAIN;
    return { kind: 'bounded', maxTokens, maxChars, offset };
  }
  const mustBeTerminal =
    temperature !== undefined || (scope.dialect === 'llguidance' && maxTokens !== undefined);
  if (!mustBeTerminal && !isTerminalBody(scope, rule))
    return { kind: 'bounded', maxTokens, maxChars, offset };
  const where = `rule ${rule.name}, with temperature or max_tokens,`;
  const expr = bounded(scope, terminalExpr(scope, rule.body, where), maxChars);
  return terminal(scope, expr, maxTokens, false);
}

function terminal(scope: Scope, expr: number, maxTokens: number | undefined, isLazy: boolean): RuleForm {
  // Not one token: the empty text.
  const spent = maxTokens === 0;
  return {
    kind: 'terminal',
    expr: spent ? scope.builder.epsilon() : expr,
    maxTokens: spent ? undefined : maxTokens,
    isLazy,
    heeded: undefined,
  };
}

function isTerminalBody(scope: Scope, rule: LarkRule): boolean {
  return rule.body.every((node) => {
    if (node.kind === 'name') return scope.terminals.has(node.name);
    return !['tokenName', 'tokenIds', 'grammar', 'json', 'lark'].includes(node.kind);
  });
}

function checkBounds({ dialect, source }: Scope, attributes: LarkAttributes): void {
  const { maxTokens, offset } = attributes;
  if (dialect !== 'xgrammar' || maxTokens === undefined || (maxTokens >= 1 && maxTokens <= 1_000_000)) return;
  throw source.error('SYNTAX', offset, 'max_tokens is a number from 1 to 1000000 in the dialect xgrammar');
}

function lazyForm(
  scope: Scope,
  rule: LarkRule,
  attributes: LarkAttributes,
  heads: ReadonlySet<string> | undefined,
): RuleForm {
  const { builder, source, grammar, dialect } = scope;
  const { suffix, stop, maxTokens, maxChars, offset } = attributes;
  const isXgrammar = dialect === 'xgrammar';
  if (suffix === undefined && stop === undefined && isXgrammar && isTokenHead(grammar, rule)) return PLAIN;
  const where = `rule ${rule.name}, with lazy, suffix or stop,`;
  const body = terminalExpr(scope, rule.body, where);
  const mark = suffix ?? stop;
  if (mark === undefined) {
    const fixed = isXgrammar && heads?.has(rule.name) !== true ? fixedMark(grammar, rule) : undefined;
    const shortest = withoutMark(scope, shortestMatch(builder, body), fixed);
    return terminal(scope, bounded(scope, shortest, maxChars), maxTokens, true);
  }
  const only = onlyNode(mark.body);
  const isEmpty = only?.kind === 'text' && only.text === '';
  if (isEmpty && suffix !== undefined) {
    throw source.error('SYNTAX', mark.offset, 'suffix is the empty text', 'write lazy in place of it');
  }
  // The token that ends the text is taken back: so nothing of it is in the text, and the body may end anywhere.
  if (isEmpty) return terminal(scope, bounded(scope, body, maxChars), maxTokens, false);
  if (stop !== undefined && !isXgrammar) return stoppedForm(scope, rule, attributes, stop, body);
  if (isXgrammar && only?.kind === 'pattern' && only.flags.includes('i')) {
    const hint = 'write (?i:…) in the pattern, or the dialect llguidance';
    throw source.error('UNSUPPORTED', mark.offset, 'a mark takes no flag i in the dialect xgrammar', hint);
  }
  const shortest = shortestMatch(
    builder,
    builder.concat([body, terminalExpr(scope, mark.body, `the mark of rule ${rule.name}`)]),
  );
  const fixed = isXgrammar && heads?.has(rule.name) !== true ? fixedMark(grammar, rule) : undefined;
  const texts = withoutMark(scope, shortest, fixed);
  if (maxTokens !== undefined && maxTokens > 0 && fixed === undefined) {
    throw source.error(
      'UNSUPPORTED',
      offset,
      'max_tokens beside a mark cannot be enforced: the text may end without the mark once the tokens are spent',
      'leave max_tokens out, or bound the characters with max_chars',
    );
  }
  if (maxChars === undefined) return terminal(scope, texts, maxTokens, true);
  return terminal(scope, boundedWithMark(scope, texts, shortest, body, maxChars), maxTokens, true);
}

/** The texts before a mark that is taken back. */
function stoppedForm(
  scope: Scope,
  rule: LarkRule,
  { maxTokens, maxChars, offset }: LarkAttributes,
  mark: LarkMark,
  body: number,
): RuleForm {
  const { builder, source } = scope;
  const markExpr = terminalExpr(scope, mark.body, `the mark of rule ${rule.name}`);
  const stopped = textsBeforeMark(builder, body, markExpr);
  if (stopped === undefined) {
    throw source.error(
      'UNSUPPORTED',
      mark.offset,
      'a stop of more than 64 texts, or of the empty one among others, cannot be enforced',
      'use suffix, which keeps the mark in the text, or write in the body what it may hold',
    );
  }
  if (stopped.overlaps && maxTokens !== undefined && maxTokens > 0) {
    throw source.error(
      'UNSUPPORTED',
      offset,
      'max_tokens beside a stop that can begin inside of itself cannot be enforced',
      'leave max_tokens out, or bound the characters with max_chars',
    );
  }
  const form = terminal(scope, bounded(scope, stopped.expr, maxChars), maxTokens, true);
  if (form.kind !== 'terminal' || maxTokens === 0) return form;
  return { ...form, heeded: shortestMatch(builder, builder.concat([body, markExpr])) };
}

/** XGrammar lets any text up to a fixed mark end without the mark too. */
function withoutMark(
  { builder }: Scope,
  upTo: number,
  mark: (LarkNode & { kind: 'text' }) | undefined,
): number {
  return mark === undefined
    ? upTo
    : builder.union([upTo, textWithout(builder, [builder.literal(mark.text)])]);
}

/** The texts that end where they first can once they have so many characters, if there is such a bound. */
export function bounded(
  { builder }: Pick<Scope, 'builder'>,
  expr: number,
  maxChars: number | undefined,
): number {
  return maxChars === undefined ? expr : endsBy(builder, expr, maxChars);
}

/** The same for a text up to a mark: once the characters are spent, the body may end without the mark. */
function boundedWithMark(
  { builder }: Scope,
  texts: number,
  upToMark: number,
  body: number,
  maxChars: number,
): number {
  const any = builder.charSet(ANY_CHAR);
  const anyText = builder.repeat(any, 0);
  const bodyAlone = builder.intersect([body, builder.complement(builder.concat([upToMark, anyText]))]);
  const spent = builder.intersect([builder.union([texts, bodyAlone]), builder.repeat(any, maxChars)]);
  const first = builder.intersect([
    spent,
    builder.complement(builder.concat([spent, builder.repeat(any, 1)])),
  ]);
  return builder.union([builder.intersect([texts, builder.repeat(any, 0, maxChars)]), first]);
}
