import type { ProgramBuilder } from '../program-builder.js';
import type { RuleOptions } from '../rules/rule-options.js';
import type { Rule, RuleGrammar, RuleNode } from '../rules/rule-tree.js';
import { endsBy, shortestMatch } from '../rules/text-operations.js';
import { sourceError } from '../source-location.js';
import { type BodyContext, type Definition, type ParsedBody, parseBody } from './ebnf-body.js';
import { type EbnfDialect, type EbnfToken, lexEbnf } from './ebnf-lexer.js';
import type { EbnfRuleOptions } from './ebnf-options.js';

interface RuleDefinition extends Definition {
  readonly options: EbnfRuleOptions | undefined;
}

export interface ParsedEbnf extends RuleGrammar {
  readonly ruleOptions: ReadonlyMap<string, RuleOptions>;
}

/** Parses a grammar. Every name is resolved; places of errors are lines and columns of the source. */
export function parseEbnf(
  builder: ProgramBuilder,
  source: string,
  options: { readonly root: string; readonly dialect: EbnfDialect },
): ParsedEbnf {
  const tokens = lexEbnf(builder, source, options.dialect);
  const definitions = findDefinitions(source, tokens);
  const ruleIndex = new Map<string, number>();
  const ruleOptions = new Map<string, RuleOptions>();
  definitions.forEach((definition, index) => {
    if (ruleIndex.has(definition.name)) {
      const hint = 'join the two with |, or rename one';
      throw sourceError(
        'SYNTAX',
        source,
        definition.offset,
        `rule ${definition.name} is defined twice`,
        hint,
      );
    }
    ruleIndex.set(definition.name, index);
    const carried = definition.options?.carried;
    if (carried !== undefined && Object.keys(carried).length > 0) ruleOptions.set(definition.name, carried);
  });
  const context: BodyContext = {
    builder,
    source,
    tokens,
    ruleIndex,
    dialect: options.dialect,
    outermost: namesIn(tokens, options.root) === 1 ? options.root : undefined,
  };
  const rules = definitions.map((definition): Rule => {
    const body = parseBody(context, definition);
    if (definition.options !== undefined) bound(builder, definition.name, body, definition.options);
    return { name: definition.name, offset: definition.offset, ...body };
  });
  const root = ruleIndex.get(options.root);
  if (root === undefined) throw noRoot(source, options.root, definitions);
  const refuse = (offset: number, message: string, hint: string): Error =>
    sourceError('UNSUPPORTED', source, offset, message, hint);
  return { rules, root, refuse, ruleOptions };
}

const namesIn = (tokens: readonly EbnfToken[], name: string): number =>
  tokens.reduce((count, token) => count + (token.kind === 'name' && token.name === name ? 1 : 0), 0);

function noRoot(source: string, name: string, definitions: readonly Definition[]): Error {
  const names = definitions.slice(0, 10).map((definition) => definition.name);
  const known = definitions.length === 0 ? 'the grammar has no rules' : `its rules are ${names.join(', ')}`;
  const more = definitions.length > names.length ? ', …' : '';
  return sourceError(
    'SYNTAX',
    source,
    0,
    `no rule is named ${name}: ${known}${more}`,
    `name the start rule ${name}, or give its name as option root`,
  );
}

/** A rule begins at a name that stands before `::=`, or before options and `::=`, and ends where the next one begins. */
function findDefinitions(source: string, tokens: readonly EbnfToken[]): RuleDefinition[] {
  const starts: number[] = [];
  const hasOptions = (start: number): boolean => tokens[start + 1]?.kind === 'options';
  tokens.forEach((token, index) => {
    if (token.kind !== '::=') return;
    const start = tokens[index - 1]?.kind === 'options' ? index - 2 : index - 1;
    const last = starts.at(-1);
    const isBody = last !== undefined && start <= last + (hasOptions(last) ? 2 : 1);
    if (tokens[start]?.kind !== 'name' || isBody) {
      throw sourceError('SYNTAX', source, token.offset, 'a ::= without a name before it');
    }
    starts.push(start);
  });
  const first = tokens[0];
  if (first !== undefined && starts[0] !== 0) {
    throw sourceError('SYNTAX', source, first.offset, 'expected a rule', 'a rule is written name ::= body');
  }
  return starts.map((start, index) => {
    const token = tokens[start] as EbnfToken & { kind: 'name' };
    const next = tokens[start + 1];
    const options = next?.kind === 'options' ? next.options : undefined;
    const from = start + (options === undefined ? 2 : 3);
    return { name: token.name, offset: token.offset, from, to: starts[index + 1] ?? tokens.length, options };
  });
}

/** Adds what the options of a rule demand of its texts, as a node on top of its body. */
function bound(builder: ProgramBuilder, name: string, body: ParsedBody, options: EbnfRuleOptions): void {
  const { nodes, spans } = body;
  const { lazy = false, maxChars, maxTokens, offset } = options;
  const push = (node: RuleNode): void => {
    spans.push(spans.at(-1));
    nodes.push(node);
  };
  if (lazy || maxChars !== undefined)
    push({
      kind: 'regular',
      parts: [nodes.length - 1],
      what: `an option of rule ${name}`,
      offset,
      make: ([whole]) => {
        let expr = whole as number;
        if (lazy) expr = shortestMatch(builder, expr);
        if (maxChars !== undefined) expr = endsBy(builder, expr, maxChars);
        return expr;
      },
    });
  if (maxTokens !== undefined) push({ kind: 'bounded', body: nodes.length - 1, maxTokens, offset });
}
