import { ANY_CHAR } from '../char-ranges.js';
import type { ProgramBuilder } from '../program-builder.js';
import { nearestName } from '../rules/nearest-name.js';
import type { RuleGrammar, RuleNode } from '../rules/rule-tree.js';
import { sourceError } from '../source-location.js';
import { type EbnfDialect, type EbnfToken, lexEbnf, unexpectedCharacter } from './ebnf-lexer.js';

const MACROS = new Set([
  'TagDispatch',
  'TokenTagDispatch',
  'Token',
  'ExcludeToken',
  'Regex',
  'Substring',
  'Slot',
  'EOS',
]);

interface Definition {
  readonly name: string;
  readonly offset: number;
  readonly from: number;
  readonly to: number;
}

/** Parses a grammar. Every name is resolved; places of errors are lines and columns of the source. */
export function parseEbnf(
  builder: ProgramBuilder,
  source: string,
  options: { readonly root: string; readonly dialect: EbnfDialect },
): RuleGrammar {
  const tokens = lexEbnf(builder, source, options.dialect);
  const definitions = findDefinitions(source, tokens);
  const ruleIndex = new Map<string, number>();
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
  });
  const rules = definitions.map((definition) => ({
    name: definition.name,
    ...parseBody(builder, source, tokens, definition, ruleIndex),
  }));
  const root = ruleIndex.get(options.root);
  if (root === undefined) {
    const names = definitions.slice(0, 10).map(({ name }) => name);
    const known = definitions.length === 0 ? 'the grammar has no rules' : `its rules are ${names.join(', ')}`;
    const more = definitions.length > names.length ? ', …' : '';
    throw sourceError(
      'SYNTAX',
      source,
      0,
      `no rule is named ${options.root}: ${known}${more}`,
      `name the start rule ${options.root}, or give its name as option root`,
    );
  }
  const refuse = (offset: number, message: string, hint: string): Error =>
    sourceError('UNSUPPORTED', source, offset, message, hint);
  return { rules, root, refuse };
}

/** A rule begins at a name that stands before `::=` and ends where the next one begins. */
function findDefinitions(source: string, tokens: readonly EbnfToken[]): Definition[] {
  const starts: number[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== '::=') return;
    if (tokens[index - 1]?.kind !== 'name' || starts.at(-1) === index - 2) {
      throw sourceError('SYNTAX', source, token.offset, 'a ::= without a name before it');
    }
    starts.push(index - 1);
  });
  const first = tokens[0];
  if (first !== undefined && starts[0] !== 0) {
    throw sourceError('SYNTAX', source, first.offset, 'expected a rule', 'a rule is written name ::= body');
  }
  return starts.map((start, index) => {
    const token = tokens[start] as EbnfToken & { kind: 'name' };
    const to = starts[index + 1] ?? tokens.length;
    return { name: token.name, offset: token.offset, from: start + 2, to };
  });
}

/** An open group, or the rule's whole body. */
interface Frame {
  readonly offset: number;
  readonly alternatives: number[];
  items: number[];
  /** A `|` was just read. */
  afterBar: boolean;
  /** The last item takes a repetition. */
  repeatable: boolean;
}

function parseBody(
  builder: ProgramBuilder,
  source: string,
  tokens: readonly EbnfToken[],
  definition: Definition,
  ruleIndex: ReadonlyMap<string, number>,
): { nodes: RuleNode[]; offsets: number[] } {
  const nodes: RuleNode[] = [];
  const offsets: number[] = [];
  let place = definition.offset;
  const newFrame = (offset: number): Frame => ({
    offset,
    alternatives: [],
    items: [],
    afterBar: false,
    repeatable: false,
  });
  const stack: Frame[] = [newFrame(definition.offset)];
  const add = (node: RuleNode): number => {
    offsets.push(place);
    return nodes.push(node) - 1;
  };
  const item = (node: RuleNode): void => {
    const frame = stack[stack.length - 1] as Frame;
    frame.items.push(add(node));
    frame.afterBar = false;
    frame.repeatable = true;
  };
  const closeAlternative = (frame: Frame): void => {
    const [only] = frame.items;
    const node =
      frame.items.length === 1 && only !== undefined ? only : add({ kind: 'concat', parts: frame.items });
    frame.alternatives.push(node);
    frame.items = [];
  };
  const closeFrame = (frame: Frame, offset: number): number => {
    if (frame.afterBar) {
      throw sourceError(
        'SYNTAX',
        source,
        offset,
        'nothing follows the last |',
        'write "" for the empty text',
      );
    }
    closeAlternative(frame);
    const [only] = frame.alternatives;
    if (frame.alternatives.length === 1 && only !== undefined) return only;
    return add({ kind: 'union', parts: frame.alternatives });
  };
  const reference = (name: string, offset: number): void => {
    for (const node of resolveName(builder, source, name, offset, ruleIndex)) item(node);
  };

  for (let index = definition.from; index < definition.to; index++) {
    builder.step();
    const token = tokens[index] as EbnfToken;
    const frame = stack[stack.length - 1] as Frame;
    place = token.offset;
    switch (token.kind) {
      case 'string':
        item({ kind: 'expr', expr: builder.literal(token.text) });
        break;
      case 'class':
        item({ kind: 'expr', expr: builder.charSet(token.ranges) });
        break;
      case '.':
        item({ kind: 'expr', expr: builder.charSet(ANY_CHAR) });
        break;
      case 'tokenId':
        item({ kind: 'symbol', symbol: builder.tokens([[token.id, token.id]]) });
        break;
      case 'tokenName':
        item({ kind: 'symbol', symbol: builder.tokens([], [token.name]) });
        break;
      case 'name':
        if (!ruleIndex.has(token.name) && tokens[index + 1]?.kind === '(' && MACROS.has(token.name)) {
          const hint = 'write the texts out as rules';
          throw sourceError(
            'UNSUPPORTED',
            source,
            token.offset,
            `the macro ${token.name} cannot be enforced`,
            hint,
          );
        }
        reference(token.name, token.offset);
        break;
      case '|':
        closeAlternative(frame);
        frame.afterBar = true;
        frame.repeatable = false;
        break;
      case '(':
        stack.push(newFrame(token.offset));
        break;
      case ')': {
        if (stack.length === 1) throw sourceError('SYNTAX', source, token.offset, 'a ) without its (');
        stack.pop();
        const group = closeFrame(frame, token.offset);
        const outer = stack[stack.length - 1] as Frame;
        outer.items.push(group);
        outer.afterBar = false;
        outer.repeatable = true;
        break;
      }
      case 'repeat': {
        const body = frame.items.pop();
        if (body === undefined || !frame.repeatable) {
          const hint = body === undefined ? undefined : 'use parentheses to repeat a repetition';
          throw sourceError('SYNTAX', source, token.offset, 'nothing to repeat', hint);
        }
        item({ kind: 'repeat', body, min: token.min, max: token.max, offset: token.offset });
        frame.repeatable = false;
        break;
      }
      case ',':
      case '=':
        throw unexpectedCharacter(source, token.offset);
      case '::=':
        throw sourceError('SYNTAX', source, token.offset, 'a ::= without a name before it');
    }
  }

  const open = stack[stack.length - 1] as Frame;
  if (stack.length > 1) throw sourceError('SYNTAX', source, open.offset, 'a ( without its )');
  if (definition.from === definition.to) {
    const hint = 'write "" for the empty text';
    throw sourceError('SYNTAX', source, definition.offset, `rule ${definition.name} has no body`, hint);
  }
  const last = tokens[definition.to - 1] as EbnfToken;
  closeFrame(open, last.offset);
  return { nodes, offsets };
}

/**
 * The rule of that name. A dot may be part of a name, or stand between names for any character: the longest name that
 * exists decides.
 */
function resolveName(
  builder: ProgramBuilder,
  source: string,
  name: string,
  offset: number,
  ruleIndex: ReadonlyMap<string, number>,
): RuleNode[] {
  const whole = ruleIndex.get(name);
  if (whole !== undefined) return [{ kind: 'rule', rule: whole }];
  const nodes: RuleNode[] = [];
  const parts = name.split('.');
  for (let from = 0; from < parts.length; ) {
    if (from > 0) nodes.push({ kind: 'expr', expr: builder.charSet(ANY_CHAR) });
    if (parts[from] === '') {
      from += 1;
      continue;
    }
    let to = parts.length;
    while (to > from && !ruleIndex.has(parts.slice(from, to).join('.'))) to -= 1;
    if (to === from) {
      const near = nearestName(name, ruleIndex.keys());
      throw sourceError(
        'SYNTAX',
        source,
        offset,
        `rule ${name} is not defined`,
        near === undefined ? `add a rule ${name} ::= …` : `did you mean ${near}?`,
      );
    }
    nodes.push({ kind: 'rule', rule: ruleIndex.get(parts.slice(from, to).join('.')) as number });
    from = to;
  }
  return nodes;
}
