import type { ProgramBuilder } from '../program-builder.js';
import type { Rule, RuleGrammar, RuleNode } from '../rules/rule-tree.js';
import { dispatchHeads } from './lark-dispatch.js';
import { type FirstSets, firstSets } from './lark-first.js';
import { formOf, type RuleForm } from './lark-lexemes.js';
import type { Place } from './lark-place.js';
import type { LarkDialect } from './lark-program.js';
import { lowerRuleBody } from './lark-rule-body.js';
import { createScope, type Scope } from './lark-scope.js';
import type { createSources, LarkSource } from './lark-source.js';
import { terminalExprs } from './lark-terminals.js';
import type { LarkGrammar, LarkRule } from './lark-tree.js';
import type { LarkOrigins } from './lark-written.js';

/** Rules that one rule with a parameter, or one beside lazy terminals, may become; each takes some hundred bytes. */
const MAX_INSTANCES = 200_000;

/** A scope with what its rules are. */
export interface RuleScope extends Scope {
  readonly forms: ReadonlyMap<string, RuleForm>;
  readonly firsts: FirstSets;
  /** The expressions of the terminals in a rule's body, by node. */
  exprsOf(rule: LarkRule): readonly (number | undefined)[];
}

/** What a rule can be told apart by: the same rule with another parameter, or in another place, is another one. */
export interface Instance {
  readonly scope: RuleScope;
  readonly rule: LarkRule;
  readonly parameter: bigint;
  readonly place: Place;
}

/** What the lowering of bodies asks for. */
export interface Lowering {
  readonly builder: ProgramBuilder;
  readonly origins: LarkOrigins | undefined;
  /** The index of the rule that an instance becomes; the rule itself is made later. */
  instance(instance: Instance): number;
  /** The rule that a nested grammar becomes. */
  nested(scope: RuleScope, grammar: LarkGrammar): RuleNode;
  /** What `@name` stands for. */
  named(scope: RuleScope, node: { readonly name: string; readonly offset: number }): RuleNode;
  /** The symbol of a JSON Schema. */
  schema(scope: RuleScope, node: { readonly text: string; readonly offset: number }): RuleNode;
}

export interface LowerOptions {
  readonly start: string;
  readonly dialect: LarkDialect;
  readonly sources: ReturnType<typeof createSources>;
  /** The grammar in Lark of a name, or the node of another grammar; undefined: there is none. */
  readonly named: (name: string) => { source: LarkSource; grammar: LarkGrammar } | RuleNode | undefined;
  readonly names: () => readonly string[];
  readonly schema: Lowering['schema'];
  /** The name of a rule that is not taken yet. */
  readonly uniqueName: (name: string) => string;
  /** Given where the lowered nodes are to name those that are written. */
  readonly origins?: LarkOrigins | undefined;
}

/** Makes rules of a grammar: each as often as it is needed, from the start rule on. */
export function lowerLark(
  builder: ProgramBuilder,
  source: LarkSource,
  grammar: LarkGrammar,
  options: LowerOptions,
): RuleGrammar {
  const { dialect, sources } = options;
  const rules: Rule[] = [];
  const queue: { instance: Instance; index: number }[] = [];
  const known = new Map<string, number>();
  const scopes = new Map<LarkGrammar, RuleScope>();

  function scopeOf(from: LarkSource, inner: LarkGrammar, start: string): RuleScope {
    let scope = scopes.get(inner);
    if (scope === undefined) {
      scope = ruleScope(createScope(builder, dialect, from, inner, scopes.size), start);
      scopes.set(inner, scope);
    }
    return scope;
  }

  function instance(wanted: Instance): number {
    const { scope, rule, parameter, place } = wanted;
    const key = `${scope.id} ${rule.name} ${parameter} ${place.heeds} ${place.follow}`;
    let index = known.get(key);
    if (index === undefined) {
      if (known.size >= MAX_INSTANCES) {
        const hint = 'use fewer values of parameters';
        throw source.error(
          'UNSUPPORTED',
          rule.offset,
          `more than ${MAX_INSTANCES} rules with their parameters`,
          hint,
        );
      }
      const name = rule.isParametric ? `${rule.name}-${parameter}` : rule.name;
      const writtenAs = options.origins?.ruleOf(rule);
      index = rules.push({ name: options.uniqueName(name), nodes: [], writtenAs }) - 1;
      known.set(key, index);
      queue.push({ instance: wanted, index });
    }
    return index;
  }

  /** The start rule of a scope, with what may be ignored in front of it. */
  function startOf(scope: RuleScope, start: string): RuleNode[] {
    const rule = scope.grammar.rules.get(start);
    if (rule === undefined) throw missingStart(scope, start);
    if (rule.isParametric) {
      const hint = `write ${start}: rule::0`;
      throw scope.source.error('SYNTAX', rule.offset, `the start rule ${start} has a parameter`, hint);
    }
    const reference: RuleNode = {
      kind: 'rule',
      rule: instance({ scope, rule, parameter: 0n, place: INNER_PLACE }),
    };
    if (scope.ignored === undefined || !scope.grammar.options.allowInitialSkip) return [reference];
    const ignored: RuleNode = {
      kind: 'expr',
      expr: scope.ignored,
      origin: options.origins?.ignoredOf(scope.grammar),
    };
    return [ignored, reference, { kind: 'concat', parts: [0, 1] }];
  }

  function wholeGrammar(from: LarkSource, inner: LarkGrammar, start: string): RuleNode {
    const scope = scopeOf(from, inner, start);
    const nodes = startOf(scope, start);
    const [only] = nodes;
    if (nodes.length === 1 && only !== undefined) return only;
    return { kind: 'rule', rule: rules.push({ name: options.uniqueName(start), nodes }) - 1 };
  }

  const lowering: Lowering = {
    builder,
    origins: options.origins,
    instance,
    schema: options.schema,
    nested: (scope, inner) => wholeGrammar(scope.source, inner, 'start'),
    named(scope, { name, offset }) {
      const found = options.named(name);
      if (found === undefined) {
        const names = options.names();
        const hint =
          names.length === 0
            ? 'give it in the option grammars'
            : `the option grammars has ${names.join(', ')}`;
        throw scope.source.error('SYNTAX', offset, `there is no grammar @${name}`, hint);
      }
      if ('kind' in found) return found;
      return wholeGrammar(found.source, found.grammar, 'start');
    },
  };

  const root = wholeGrammar(source, grammar, options.start);
  for (const { instance: next, index } of queue) {
    rules[index] = { ...(rules[index] as Rule), nodes: lowerRuleBody(lowering, next) };
  }
  return {
    rules,
    root: (root as RuleNode & { kind: 'rule' }).rule,
    refuse: (place, message, hint) => sources.errorAt(place, 'UNSUPPORTED', message, hint),
  };
}

/** Lazy terminals are those of one grammar. */
const INNER_PLACE: Place = { heeds: 0n, follow: 0n };

function ruleScope(scope: Scope, start: string): RuleScope {
  const { grammar, dialect, source } = scope;
  const heads = dialect === 'xgrammar' ? dispatchHeads(source, grammar, start) : undefined;
  const forms = new Map<string, RuleForm>();
  for (const rule of grammar.rules.values()) forms.set(rule.name, formOf(scope, rule, heads));
  const counts = (rule: string): boolean => dialect === 'llguidance' || heads?.has(rule) === true;
  const exprs = new Map<string, readonly (number | undefined)[]>();
  return {
    ...scope,
    forms,
    firsts: firstSets(scope, forms, counts),
    exprsOf(rule) {
      let known = exprs.get(rule.name);
      if (known === undefined) {
        known = terminalExprs(
          scope,
          rule.body,
          `an operand of & or ~ in rule ${rule.name}`,
          terminalNodes(rule),
        );
        exprs.set(rule.name, known);
      }
      return known;
    },
  };
}

/** Marks the nodes that stand for one terminal each, and what those are made of. Names are left to the rule. */
export function terminalNodes({ body }: LarkRule): Uint8Array {
  const marks = new Uint8Array(body.length);
  for (let index = body.length - 1; index >= 0; index--) {
    const node = body[index];
    switch (node?.kind) {
      case 'text':
      case 'range':
      case 'pattern':
      case 'substring':
      case 'intersect':
      case 'complement':
        marks[index] = 1;
        break;
      default:
    }
    if (marks[index] !== 1) continue;
    if (node?.kind === 'complement' || node?.kind === 'repeat') marks[node.body] = 1;
    if (node?.kind === 'intersect' || node?.kind === 'concat' || node?.kind === 'union') {
      for (const part of node.parts) marks[part] = 1;
    }
  }
  return marks;
}

function missingStart({ grammar, source }: Scope, start: string): Error {
  const names = [...grammar.rules.keys()];
  const known =
    names.length === 0 ? 'the grammar has no rules' : `its rules are ${names.slice(0, 10).join(', ')}`;
  const more = names.length > 10 ? ', …' : '';
  const hint =
    start === 'start'
      ? 'name the start rule start, or give its name as option start'
      : 'give the name of one of the rules';
  return source.error('SYNTAX', grammar.offset, `no rule is named ${start}: ${known}${more}`, hint);
}
