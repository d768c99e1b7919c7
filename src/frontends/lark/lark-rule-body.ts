import type { Origin, RuleNode } from '../rules/rule-tree.js';
import type { First } from './lark-first.js';
import { bounded, type RuleForm } from './lark-lexemes.js';
import type { Instance, Lowering } from './lark-lower.js';
import { evaluateCondition, evaluateParameter } from './lark-parameters.js';
import { lexeme, type Place, skippable } from './lark-place.js';
import type { LarkNode } from './lark-tree.js';

/** A part of a body to lower: a node, a sequence from one of its parts on, a repetition or a choice with less in it. */
interface NodeTask extends Place {
  readonly node: number;
  readonly from: number;
  readonly min?: number;
  readonly max?: number | undefined;
  /** These alternatives of a choice only. */
  readonly only?: readonly number[];
}
/** Parts one after the other. */
interface SequenceTask {
  readonly sequence: readonly Task[];
}
type Task = NodeTask | SequenceTask;

interface Frame {
  readonly key: string;
  readonly origin: Origin | undefined;
  readonly parts: readonly Task[];
  readonly make: (parts: readonly number[]) => RuleNode;
  readonly done: number[];
}

type Expansion = { readonly nodes: readonly RuleNode[] } | Pick<Frame, 'parts' | 'make'>;

/** The nodes of an instance of a rule. */
export function lowerRuleBody(lowering: Lowering, instance: Instance): RuleNode[] {
  const { scope, rule, place } = instance;
  const form = scope.forms.get(rule.name) as RuleForm;
  const nodes: RuleNode[] = [];
  if (form.kind === 'terminal') {
    if (form.heeded !== undefined) checkBeside(instance);
    addAll(nodes, lexeme(lowering, scope, form.expr, place, form), lowering.origins?.topOf(rule));
    return nodes;
  }
  const root = lowerTasks(lowering, instance, nodes, { ...place, node: rule.body.length - 1, from: 0 });
  if (form.kind === 'bounded') addBounds(instance, nodes, root, form);
  return nodes;
}

/** What a lazy terminal beside it takes first would have to be told of the text with the mark, which is not there. */
function checkBeside({ scope, rule, place }: Instance): void {
  const others = place.heeds & ~scope.firsts.bitOf(rule.name);
  if (others === 0n) return;
  const hint = 'use suffix, which keeps the mark in the text';
  const message = `rule ${rule.name} has a stop and stands beside another lazy rule: that cannot be enforced`;
  throw scope.source.error('UNSUPPORTED', rule.offset, message, hint);
}

function addBounds(
  { scope }: Instance,
  nodes: RuleNode[],
  root: number,
  { maxTokens, maxChars, offset }: RuleForm & { kind: 'bounded' },
): void {
  const { builder } = scope;
  const place = scope.source.base + offset;
  let body = root;
  if (maxChars !== undefined) {
    const regular: RuleNode = {
      kind: 'regular',
      parts: [root],
      what: 'max_chars',
      offset: place,
      make: ([expr]) => bounded(scope, expr as number, maxChars),
    };
    body = nodes.push(regular) - 1;
  }
  if (maxTokens === 0) nodes.push({ kind: 'expr', expr: builder.epsilon() });
  else if (maxTokens !== undefined) nodes.push({ kind: 'bounded', body, maxTokens, offset: place });
}

/** Adds nodes whose parts are counted from their own first; the index of the last. */
function addAll(nodes: RuleNode[], added: readonly RuleNode[], origin: Origin | undefined): number {
  const base = nodes.length;
  for (const node of added) {
    const placed = origin === undefined || node.origin !== undefined ? node : { ...node, origin };
    if ((placed.kind === 'concat' || placed.kind === 'union') && base > 0) {
      nodes.push({ ...placed, parts: placed.parts.map((part) => part + base) });
    } else nodes.push(placed);
  }
  return nodes.length - 1;
}

/** Lowers a body with a list of open parts in place of recursion. Equal parts in equal places are lowered once. */
function lowerTasks(lowering: Lowering, instance: Instance, nodes: RuleNode[], root: NodeTask): number {
  const done = new Map<string, number>();
  const stack: Frame[] = [];
  let result = begin(root);
  for (;;) {
    lowering.builder.step();
    const frame = stack[stack.length - 1];
    if (frame === undefined) return result as number;
    if (result !== undefined) frame.done.push(result);
    const next = frame.parts[frame.done.length];
    if (next !== undefined) {
      result = begin(next);
      continue;
    }
    const made = frame.make(frame.done);
    result = nodes.push(frame.origin === undefined ? made : { ...made, origin: frame.origin }) - 1;
    done.set(frame.key, result);
    stack.pop();
  }

  /** The node of a part, or undefined where its own parts come first. */
  function begin(task: Task): number | undefined {
    const key = keyOf(task);
    const known = done.get(key);
    if (known !== undefined) return known;
    const expansion = 'sequence' in task ? inSequence(task.sequence) : expand(lowering, instance, task);
    if ('nodes' in expansion) {
      const index = addAll(nodes, expansion.nodes, originOf(task));
      done.set(key, index);
      return index;
    }
    stack.push({ ...expansion, key, origin: originOf(task), done: [] });
    return undefined;
  }

  function originOf(task: Task): Origin | undefined {
    const { origins } = lowering;
    if (origins === undefined || 'sequence' in task) return undefined;
    return { rule: origins.ruleOf(instance.rule), node: task.node };
  }
}

function keyOf(task: Task): string {
  if ('sequence' in task) return `(${task.sequence.map(keyOf).join(',')})`;
  return `${task.node} ${task.from} ${task.min} ${task.max} ${task.heeds} ${task.follow} ${task.only}`;
}

const inSequence = (parts: readonly Task[]): Expansion => ({
  parts,
  make: (made) => ({ kind: 'concat', parts: made }),
});
const oneOf = (parts: readonly Task[]): Expansion => ({
  parts,
  make: (made) => ({ kind: 'union', parts: made }),
});

function expand(lowering: Lowering, instance: Instance, task: NodeTask): Expansion {
  const { scope, rule, parameter } = instance;
  const node = rule.body[task.node] as LarkNode;
  const { builder } = lowering;
  switch (node.kind) {
    case 'text':
      if (node.text === '') return { nodes: [{ kind: 'expr', expr: builder.epsilon() }] };
      return { nodes: lexemeOf(lowering, instance, task) };
    case 'range':
    case 'pattern':
    case 'substring':
    case 'intersect':
    case 'complement':
      return { nodes: lexemeOf(lowering, instance, task) };
    case 'name': {
      const terminal = scope.terminals.get(node.name);
      if (terminal !== undefined) return { nodes: lexeme(lowering, scope, terminal, task) };
      const target = scope.grammar.rules.get(node.name) as Instance['rule'];
      const passed = node.parameter === undefined ? 0n : evaluateParameter(node.parameter, parameter);
      // A lazy terminal heeds itself anyway: with its own bit, those beside each other heed the same.
      const heeds = task.heeds === 0n ? 0n : task.heeds | scope.firsts.bitOf(node.name);
      const place: Place = { heeds, follow: task.follow };
      const index = lowering.instance({ scope, rule: target, parameter: passed, place });
      return { nodes: [{ kind: 'rule', rule: index }] };
    }
    case 'tokenName':
      return {
        nodes: skippable(lowering, scope, [{ kind: 'symbol', symbol: builder.tokens([], [node.name]) }]),
      };
    case 'tokenIds':
      return {
        nodes: skippable(lowering, scope, [
          { kind: 'symbol', symbol: builder.tokens(node.ids, [], node.excluded) },
        ]),
      };
    case 'json':
      return { nodes: skippable(lowering, scope, [lowering.schema(scope, node)]) };
    case 'grammar':
      return { nodes: skippable(lowering, scope, [lowering.named(scope, node)]) };
    case 'lark':
      return { nodes: skippable(lowering, scope, [lowering.nested(scope, node.grammar)]) };
    case 'concat':
      return expandSequence(instance, node.parts, task);
    case 'union': {
      const parts = alternativesOf(instance, node);
      if (parts.length === 0) return { nodes: [{ kind: 'expr', expr: builder.empty() }] };
      const { only } = task;
      return oneOf(choices(instance, parts, task).filter((_, index) => only?.includes(index) ?? true));
    }
    case 'repeat':
      return expandRepeat(instance, node, task);
  }
}

/** The alternatives of which the conditions hold. */
function alternativesOf({ parameter }: Instance, node: LarkNode & { kind: 'union' }): readonly number[] {
  return node.parts.filter((_, index) => {
    const condition = node.conditions[index];
    return condition === undefined || evaluateCondition(condition, parameter);
  });
}

/** Each alternative heeds the lazy terminals that others begin with. */
function choices({ scope, rule }: Instance, parts: readonly number[], task: Place): NodeTask[] {
  const before: bigint[] = [];
  let set = task.heeds;
  for (const part of parts) {
    before.push(set);
    set |= scope.firsts.of(rule.name, part).first;
  }
  set = 0n;
  const tasks: NodeTask[] = [];
  for (let index = parts.length - 1; index >= 0; index--) {
    const node = parts[index] as number;
    tasks.push({ ...placeOf(task), heeds: (before[index] as bigint) | set, node, from: 0 });
    set |= scope.firsts.of(rule.name, node).first;
  }
  return tasks.reverse();
}

const placeOf = ({ heeds, follow }: Place): Place => ({ heeds, follow });

function expandSequence(instance: Instance, parts: readonly number[], task: NodeTask): Expansion {
  const { scope, rule } = instance;
  const firstOf = (part: number): First => scope.firsts.of(rule.name, part);
  const last = parts.length - 1;
  const { from, heeds } = task;
  if (parts.length === 0) return inSequence([]);
  if (from === 0 && heeds === 0n && task.follow === 0n && parts.every((part) => isQuiet(firstOf(part)))) {
    return inSequence(parts.map((node) => ({ ...placeOf(task), node, from: 0 })));
  }
  const node = parts[from] as number;
  if (from === last) return inSequence([{ ...placeOf(task), node, from: 0 }]);
  const own = firstOf(node);
  const follow = restFirst(instance, parts, from + 1, task.follow);
  const part = (bounds: { min?: number; max?: number; only?: readonly number[] } = {}): NodeTask => ({
    heeds,
    follow,
    node,
    from: 0,
    ...bounds,
  });
  const rest = (after: bigint): NodeTask => ({
    ...placeOf(task),
    heeds: after,
    node: task.node,
    from: from + 1,
  });
  const body = rule.body[node] as LarkNode;
  if (body.kind === 'union' && own.first + own.more !== 0n) {
    // What the rest must heed depends on the alternative: so it stands there once for each case.
    const cases = new Map<bigint, number[]>();
    alternativesOf(instance, body).forEach((alternative, index) => {
      const { more, nullable } = firstOf(alternative);
      const after = more | (nullable ? heeds | own.first : 0n);
      const group = cases.get(after);
      if (group === undefined) cases.set(after, [index]);
      else group.push(index);
    });
    return oneOf(Array.from(cases, ([after, only]) => ({ sequence: [part({ only }), rest(after)] })));
  }
  if (body.kind !== 'repeat' || body.max === undefined || body.max <= body.min || own.first === 0n) {
    return inSequence([part(), rest(own.more | (own.nullable ? heeds | own.first : 0n))]);
  }
  // Whether another round may begin decides what the rest must heed: the rest stands there once for each case.
  const { min, max } = body;
  const cases: Task[] = [];
  if (min === 0) cases.push({ sequence: [part({ min: 0, max: 0 }), rest(heeds | own.first)] });
  const least = Math.max(min, 1);
  if (least < max) cases.push({ sequence: [part({ min: least, max: max - 1 }), rest(own.first | own.more)] });
  const { more } = scope.firsts.of(rule.name, body.body);
  cases.push({ sequence: [part({ min: max, max }), rest(more)] });
  return oneOf(cases);
}

/** The lazy terminals that the rest of a sequence, and what follows it, may begin with. */
function restFirst(
  { scope, rule }: Instance,
  parts: readonly number[],
  from: number,
  follow: bigint,
): bigint {
  let set = 0n;
  for (let index = from; index < parts.length; index++) {
    scope.builder.step();
    const part = scope.firsts.of(rule.name, parts[index] as number);
    set |= part.first;
    if (!part.nullable) return set;
  }
  return set | follow;
}

const isQuiet = ({ first, more }: First): boolean => first === 0n && more === 0n;

function expandRepeat(
  { scope, rule }: Instance,
  node: LarkNode & { kind: 'repeat' },
  task: NodeTask,
): Expansion {
  const min = task.min ?? node.min;
  const max = 'max' in task ? task.max : node.max;
  const { first, more } = scope.firsts.of(rule.name, node.body);
  const goesOn = max === undefined || max > 1;
  return {
    parts: [
      {
        heeds: task.heeds | (min === 0 || goesOn ? task.follow : 0n) | (goesOn ? more : 0n),
        follow: task.follow | (goesOn ? first : 0n),
        node: node.body,
        from: 0,
      },
    ],
    make: ([body]) => ({
      kind: 'repeat',
      body: body as number,
      min,
      max,
      offset: scope.source.base + node.offset,
    }),
  };
}

function lexemeOf(lowering: Lowering, { scope, rule }: Instance, task: NodeTask): RuleNode[] {
  return lexeme(lowering, scope, scope.exprsOf(rule)[task.node] as number, task);
}
