import { GrammaskError } from '../../errors.js';
import type { ProgramBuilder } from '../program-builder.js';
import type { IdRange } from '../program-format.js';
import { regexToExpr } from '../regex/regex-to-expr.js';
import type { RuleNode, Span } from '../rules/rule-tree.js';
import { substringExpr } from '../rules/substring.js';
import { anyText, textsUpToMarks, textWithout } from '../rules/text-operations.js';
import { sourceError } from '../source-location.js';
import type { EbnfToken } from './ebnf-lexer.js';

/** Names that are macros where a `(` follows and no rule has the name. */
export const MACROS: ReadonlySet<string> = new Set([
  'TagDispatch',
  'TokenTagDispatch',
  'Token',
  'ExcludeToken',
  'Regex',
  'Substring',
  'EOS',
  'Slot',
]);

export interface MacroContext {
  readonly builder: ProgramBuilder;
  readonly source: string;
  readonly tokens: readonly EbnfToken[];
  /** The index of a rule by its name; `SYNTAX` for none. */
  readonly rule: (name: string, offset: number) => number;
  /** Whether the place behind the token with this index is the end of the start rule. */
  readonly endsText: (last: number) => boolean;
  /** Adds a node, with its place where it has one of its own; its index. */
  readonly add: (node: RuleNode, span?: Span) => number;
}

interface Value {
  readonly offset: number;
  readonly end: number;
  readonly kind: 'text' | 'word' | 'tuple';
  /** A text, or a word: a number, true, false, the name of a rule. */
  readonly text: string;
  readonly parts: readonly Value[];
}

interface Call {
  readonly name: string;
  readonly offset: number;
  readonly values: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  /** Index of the closing bracket. */
  readonly last: number;
}

/** Reads the call whose name is the token with this index; its node, and the index of its last token. */
export function readMacro(context: MacroContext, index: number): { node: number; last: number } {
  const call = readCall(context, index);
  return { node: nodeOf(context, call), last: call.last };
}

function fail(context: MacroContext, offset: number, message: string, hint?: string): never {
  throw sourceError('SYNTAX', context.source, offset, message, hint);
}

function readCall(context: MacroContext, index: number): Call {
  const { tokens } = context;
  const { name, offset } = tokens[index] as EbnfToken & { kind: 'name' };
  const values: Value[] = [];
  const named = new Map<string, Value>();
  let at = index + 2;
  const wrong = (hint?: string): never => {
    const token = tokens[at];
    const place = token?.offset ?? context.source.length;
    const other = hint ?? 'arguments are texts, numbers, true, false, names of rules, and (…) of these';
    return fail(context, place, `a malformed argument of ${name}`, other);
  };
  const simple = (): Value => {
    const token = tokens[at];
    if (token?.kind === 'string') {
      at += 1;
      return { kind: 'text', text: token.text, parts: [], offset: token.offset, end: token.end };
    }
    if (token?.kind !== 'name') return wrong();
    at += 1;
    return { kind: 'word', text: token.name, parts: [], offset: token.offset, end: token.end };
  };
  const value = (): Value => {
    const open = tokens[at];
    if (open?.kind !== '(') return simple();
    at += 1;
    const parts: Value[] = [];
    while (tokens[at]?.kind !== ')') {
      context.builder.step();
      parts.push(simple());
      if (tokens[at]?.kind === ',') at += 1;
      else if (tokens[at]?.kind !== ')') return wrong();
    }
    const { end } = tokens[at++] as EbnfToken;
    return { kind: 'tuple', text: '', parts, offset: open.offset, end };
  };

  while (tokens[at]?.kind !== ')') {
    context.builder.step();
    const key = tokens[at];
    if (key?.kind === 'name' && tokens[at + 1]?.kind === '=') {
      if (named.has(key.name)) fail(context, key.offset, `the argument ${key.name} stands twice`);
      at += 2;
      named.set(key.name, value());
    } else {
      if (named.size > 0) wrong('arguments with a name come last');
      values.push(value());
    }
    if (tokens[at]?.kind === ')') break;
    if (tokens[at]?.kind !== ',') wrong();
    at += 1;
    if (tokens[at]?.kind === ')') wrong('leave the last comma out');
  }
  return { name, offset, values, named, last: at };
}

function nodeOf(context: MacroContext, call: Call): number {
  const { builder, add } = context;
  switch (call.name) {
    case 'Token':
    case 'ExcludeToken': {
      checkNames(context, call, []);
      if (call.values.length === 0) fail(context, call.offset, `${call.name} needs the id of a token`);
      const ids = idRanges(context, call.values);
      return add({ kind: 'symbol', symbol: builder.tokens(ids, [], call.name === 'ExcludeToken') });
    }
    case 'Regex':
      return add({ kind: 'expr', expr: regexExpr(context, call) });
    case 'Substring': {
      checkNames(context, call, []);
      const chunks = call.values.map((value) => textValue(context, value));
      return add({ kind: 'expr', expr: substringExpr(builder, chunks) });
    }
    case 'TagDispatch':
      return tagDispatch(context, call);
    case 'TokenTagDispatch':
      return tokenTagDispatch(context, call);
    case 'EOS':
      checkNames(context, call, []);
      if (call.values.length > 0) fail(context, call.offset, 'EOS takes no argument');
      if (context.endsText(call.last)) return add({ kind: 'expr', expr: builder.epsilon() });
      builder.refuse(
        sourceError(
          'UNSUPPORTED',
          context.source,
          call.offset,
          'EOS() can stand only at the end of the start rule: nothing follows the end of the text',
          'leave it out: a text may end wherever the start rule may',
        ),
      );
      return add({ kind: 'expr', expr: builder.epsilon() });
    default:
      throw new Error(`${call.name} is no macro of texts`);
  }
}

function checkNames(context: MacroContext, call: Call, names: readonly string[]): void {
  for (const [name, { offset }] of call.named) {
    if (names.includes(name)) continue;
    const known = names.length === 0 ? 'it has none' : `known are ${names.join(', ')}`;
    fail(context, offset, `${call.name} has no argument named ${name}`, known);
  }
}

function textValue(context: MacroContext, value: Value): string {
  if (value.kind === 'text') return value.text;
  return fail(context, value.offset, 'expected a text in double quotes');
}

function boolValue(context: MacroContext, value: Value | undefined, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (value.kind === 'word' && (value.text === 'true' || value.text === 'false'))
    return value.text === 'true';
  return fail(context, value.offset, 'expected true or false');
}

function idValue(context: MacroContext, value: Value): number {
  const id = value.kind === 'word' && /^\d{1,10}$/.test(value.text) ? Number(value.text) : Number.NaN;
  return id <= 0xfffffffe ? id : fail(context, value.offset, 'expected the id of a token, as 128010');
}

const idRanges = (context: MacroContext, values: readonly Value[]): IdRange[] =>
  values.map((value): IdRange => {
    const id = idValue(context, value);
    return [id, id];
  });

function tupleValue(context: MacroContext, value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  return value.kind === 'tuple' ? value.parts : fail(context, value.offset, 'expected (…), as ("a", "b")');
}

const FLAGS = /^[isu]*$/;

function regexExpr(context: MacroContext, call: Call): number {
  checkNames(context, call, ['json_string', 'flags']);
  const [pattern, ...more] = call.values;
  if (pattern === undefined || more.length > 0) fail(context, call.offset, 'Regex takes one pattern');
  const flagsValue = call.named.get('flags');
  const flags = flagsValue === undefined ? undefined : textValue(context, flagsValue);
  if (flags !== undefined && !FLAGS.test(flags)) {
    fail(context, flagsValue?.offset as number, 'the flags of Regex are i, s and u');
  }
  const text = textValue(context, pattern);
  try {
    return regexToExpr(context.builder, text, {
      mode: 'full',
      dialect: 'xgrammar',
      ignoreCase: flags?.includes('i') ?? false,
      // Without flags a . is any character.
      dotAll: flags?.includes('s') ?? true,
      within: boolValue(context, call.named.get('json_string'), false) ? JSON_UNESCAPED : undefined,
    });
  } catch (error) {
    if (!GrammaskError.isInstance(error) || (error.code !== 'SYNTAX' && error.code !== 'UNSUPPORTED'))
      throw error;
    const { location } = error;
    const column =
      location !== undefined && 'column' in location ? `, column ${location.column} of the pattern` : '';
    const message = `${error.message}${column}`;
    if (error.code === 'SYNTAX') {
      throw sourceError('SYNTAX', context.source, pattern.offset, message, error.hint);
    }
    const hint = 'write it as a rule; & and ~ say what a text must be too, or must not be';
    context.builder.refuse(sourceError('UNSUPPORTED', context.source, pattern.offset, message, hint));
    return anyText(context.builder);
  }
}

/** What may stand in a JSON string as it is. */
const JSON_UNESCAPED = [
  [0x20, 0x21],
  [0x23, 0x5b],
  [0x5d, 0x10ffff],
] as const;

/** The pairs of a dispatch, and whether it goes on behind the first. */
function dispatchArguments(context: MacroContext, call: Call) {
  checkNames(context, call, ['loop_after_dispatch', 'excludes']);
  const pairs = call.values.map((value) => {
    const [tag, rule, ...more] = value.kind === 'tuple' ? value.parts : [];
    if (tag === undefined || rule?.kind !== 'word' || more.length > 0) {
      return fail(context, value.offset, `${call.name} takes pairs`, 'as ("<tool>", tool)');
    }
    const node = context.add({ kind: 'rule', rule: context.rule(rule.text, rule.offset) });
    return { tag, node, span: { from: value.offset, to: value.end } };
  });
  const loop = boolValue(context, call.named.get('loop_after_dispatch'), true);
  return { pairs, loop, excludes: tupleValue(context, call.named.get('excludes')) };
}

/** Free text; or a beginning and its rule, once or again and again, and free text behind them. */
function dispatchNode(
  context: MacroContext,
  offset: number,
  free: number,
  steps: readonly number[],
  loop: boolean,
): number {
  const { add } = context;
  if (steps.length === 0) return free;
  const step = steps.length === 1 ? (steps[0] as number) : add({ kind: 'union', parts: steps });
  if (!loop) return add({ kind: 'union', parts: [free, step] });
  const rounds = add({ kind: 'repeat', body: step, min: 0, max: undefined, offset });
  return add({ kind: 'concat', parts: [rounds, free] });
}

function tagDispatch(context: MacroContext, call: Call): number {
  const { builder, add } = context;
  const { pairs, loop, excludes } = dispatchArguments(context, call);
  const literal = (value: Value): number => {
    if (textValue(context, value) === '') fail(context, value.offset, 'the text is empty');
    return builder.literal(value.text);
  };
  const tags = pairs.map(({ tag }) => literal(tag));
  const excluded = excludes.map(literal);
  for (const exclude of excludes) {
    const tag = pairs.find((pair) => pair.tag.text.startsWith(exclude.text))?.tag;
    if (tag !== undefined) {
      fail(
        context,
        exclude.offset,
        `an excluded text begins the tag ${JSON.stringify(tag.text)}, which can never come`,
        'exclude a text that begins no tag, or leave the tag out',
      );
    }
  }
  const marks = [...tags, ...excluded];
  const freeExpr = marks.length === 0 ? anyText(builder) : textWithout(builder, marks);
  const beginnings = textsUpToMarks(builder, tags, excluded);
  const steps = pairs.map(({ node, span }, index) => {
    const beginning = add({ kind: 'expr', expr: beginnings[index] as number });
    return add({ kind: 'concat', parts: [beginning, node] }, span);
  });
  const free = add({ kind: 'expr', expr: freeExpr });
  return dispatchNode(context, call.offset, free, steps, loop);
}

function tokenTagDispatch(context: MacroContext, call: Call): number {
  const { builder, add } = context;
  const { pairs, loop, excludes } = dispatchArguments(context, call);
  const ids = pairs.map(({ tag }) => idValue(context, tag));
  for (const exclude of excludes) {
    if (ids.includes(idValue(context, exclude)))
      fail(context, exclude.offset, 'an excluded token is a tag too');
  }
  const outside = idRanges(context, [...pairs.map(({ tag }) => tag), ...excludes]);
  const other = builder.tokens(outside, [], true);
  const freeTokens = (): number => {
    const body = add({ kind: 'symbol', symbol: other });
    return add({ kind: 'repeat', body, min: 0, max: undefined, offset: call.offset });
  };
  const steps = pairs.map(({ node, span }, index) => {
    const id = ids[index] as number;
    const tag = add({ kind: 'symbol', symbol: builder.tokens([[id, id]]) });
    return add({ kind: 'concat', parts: [freeTokens(), tag, node] }, span);
  });
  return dispatchNode(context, call.offset, freeTokens(), steps, loop);
}
