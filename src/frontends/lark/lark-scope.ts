import type { ProgramBuilder } from '../program-builder.js';
import { isConstant } from './lark-parameters.js';
import type { LarkDialect } from './lark-program.js';
import type { LarkSource } from './lark-source.js';
import {
  lowerTerminals,
  type TerminalContext,
  terminalContext,
  terminalExpr,
  undefinedName,
} from './lark-terminals.js';
import type { LarkGrammar, LarkNode, LarkRule } from './lark-tree.js';

/** A grammar with its own names: the whole one, one of `%lark`, or a named one. */
export interface Scope extends TerminalContext {
  readonly id: number;
  /** What may stand behind each terminal: the ignored texts. undefined: nothing. */
  readonly ignored: number | undefined;
}

/** Lowers the terminals of a grammar and looks up every name of its rules. */
export function createScope(
  builder: ProgramBuilder,
  dialect: LarkDialect,
  source: LarkSource,
  grammar: LarkGrammar,
  id: number,
): Scope {
  const { allowInvalidUtf8, allowInvalidUtf8At } = grammar.options;
  if (allowInvalidUtf8 && dialect === 'xgrammar') {
    const hint = 'leave it out, or use the dialect llguidance';
    const message = 'the option allow_invalid_utf8 is not in the dialect xgrammar';
    builder.refuse(source.error('UNSUPPORTED', allowInvalidUtf8At, message, hint));
  }
  const context = terminalContext(builder, dialect, source, grammar);
  lowerTerminals(context);
  for (const rule of grammar.rules.values()) checkRule(context, rule);
  const texts = grammar.ignored.map(({ body }) => terminalExpr(context, body, '%ignore'));
  const ignored =
    texts.length === 0
      ? undefined
      : context.builder.repeat(context.builder.union(texts), 0, grammar.options.ignoreOnce ? 1 : undefined);
  return { ...context, id, ignored };
}

function checkRule(context: TerminalContext, rule: LarkRule): void {
  const { source } = context;
  const { attributes } = rule;
  if (rule.isParametric && attributes !== undefined) {
    const { lazy, suffix, stop, maxTokens, maxChars, temperature, offset } = attributes;
    if (lazy || [suffix, stop, maxTokens, maxChars, temperature].some((value) => value !== undefined)) {
      const hint = 'put the attributes on a rule without a parameter that it refers to';
      throw source.error(
        'SYNTAX',
        offset,
        `rule ${rule.name} has a parameter: it can only be captured`,
        hint,
      );
    }
  }
  for (const node of rule.body) {
    context.builder.step();
    if (node.kind === 'name') checkReference(context, rule, node);
    if (node.kind !== 'union' || rule.isParametric) continue;
    if (node.conditions.some((condition) => condition !== undefined)) {
      const hint = `write ${rule.name}::_ where the rule is defined`;
      throw source.error('SYNTAX', node.offset, `rule ${rule.name} has no parameter for its condition`, hint);
    }
  }
}

function checkReference(context: TerminalContext, rule: LarkRule, node: LarkNode & { kind: 'name' }): void {
  const { source, grammar, terminals } = context;
  const { name, parameter, offset } = node;
  const target = grammar.rules.get(name);
  if (target === undefined && !terminals.has(name)) throw undefinedName(context, node);
  if (target?.isParametric === true && parameter === undefined) {
    const hint = `write ${name}::0, or ${name}::_ for the own parameter`;
    throw source.error('SYNTAX', offset, `rule ${name} needs a parameter`, hint);
  }
  if (target?.isParametric !== true && parameter !== undefined) {
    const hint = target === undefined ? 'leave the :: out' : `write ${name}::_ where it is defined`;
    throw source.error(
      'SYNTAX',
      offset,
      `${target === undefined ? 'terminal' : 'rule'} ${name} has no parameter`,
      hint,
    );
  }
  if (parameter !== undefined && !isConstant(parameter) && !rule.isParametric) {
    const hint = `write ${rule.name}::_ where it is defined, or a number here`;
    throw source.error('SYNTAX', offset, `rule ${rule.name} has no parameter to pass on`, hint);
  }
}
