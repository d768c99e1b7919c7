import { byteAlphabet } from '../byte-alphabet.js';
import type { ProgramBuilder } from '../program-builder.js';
import { nearestName } from '../rules/nearest-name.js';
import { substringExpr } from '../rules/substring.js';
import type { LarkDialect } from './lark-program.js';
import { caselessText, larkPattern } from './lark-regex.js';
import type { LarkSource } from './lark-source.js';
import {
  isTerminalName,
  type LarkBody,
  type LarkGrammar,
  type LarkNode,
  type LarkTerminal,
} from './lark-tree.js';

const LAST_ASCII = 0x7f;

/** What lowering a terminal needs. */
export interface TerminalContext {
  /** One whose alphabet is bytes, where the grammar says that texts need not be UTF-8. */
  readonly builder: ProgramBuilder;
  readonly dialect: LarkDialect;
  readonly source: LarkSource;
  readonly grammar: LarkGrammar;
  /** Expressions of the terminals that are lowered already. */
  readonly terminals: Map<string, number>;
}

export function terminalContext(
  builder: ProgramBuilder,
  dialect: LarkDialect,
  source: LarkSource,
  grammar: LarkGrammar,
): TerminalContext {
  const own = grammar.options.allowInvalidUtf8 ? byteAlphabet(builder) : builder;
  return { builder: own, dialect, source, grammar, terminals: new Map() };
}

/** Lowers all terminals of a grammar, each after those that it refers to. `SYNTAX` for a terminal that refers to itself. */
export function lowerTerminals(context: TerminalContext): void {
  const { grammar, terminals, source, builder } = context;
  const open = new Set<string>();
  const stack: { terminal: LarkTerminal; names: readonly (LarkNode & { kind: 'name' })[]; next: number }[] =
    [];
  const enter = (terminal: LarkTerminal): void => {
    open.add(terminal.name);
    stack.push({ terminal, names: terminal.body.filter((node) => node.kind === 'name'), next: 0 });
  };
  for (const start of grammar.terminals.values()) {
    if (!terminals.has(start.name)) enter(start);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      builder.step();
      const { terminal, names } = frame;
      const reference = names[frame.next++];
      if (reference === undefined) {
        const expr = terminalExpr(context, terminal.body, `terminal ${terminal.name}`);
        terminals.set(terminal.name, expr);
        open.delete(terminal.name);
        stack.pop();
        continue;
      }
      const { name, offset } = reference;
      const target = grammar.terminals.get(name);
      if (target === undefined || terminals.has(name)) continue;
      if (open.has(name)) {
        const hint = 'terminals are regular: make it a rule, in small letters';
        throw source.error('SYNTAX', offset, `terminal ${name} refers to itself`, hint);
      }
      enter(target);
    }
  }
}

/** The expression of a body that is a terminal as a whole. `where` names it in errors. */
export function terminalExpr(context: TerminalContext, body: LarkBody, where: string): number {
  return terminalExprs(context, body, where)[body.length - 1] as number;
}

/** The expressions of the nodes of a body, of all or of those that are wanted; their operands are wanted too. */
export function terminalExprs(
  context: TerminalContext,
  body: LarkBody,
  where: string,
  wanted?: Uint8Array,
): (number | undefined)[] {
  const { builder } = context;
  const exprs: (number | undefined)[] = [];
  const at = (index: number): number => exprs[index] as number;
  body.forEach((node, index) => {
    builder.step();
    exprs.push(wanted === undefined || wanted[index] === 1 ? nodeExpr(context, node, at, where) : undefined);
  });
  return exprs;
}

type Leaf = LarkNode & { readonly kind: 'text' | 'range' | 'pattern' | 'substring' };

/** The expression of what is made of nothing else. */
export function leafExpr({ builder, source, dialect, grammar }: TerminalContext, node: Leaf): number {
  const { allowInvalidUtf8: readsBytes } = grammar.options;
  switch (node.kind) {
    case 'text':
      return node.ignoreCase
        ? caselessText(builder, source, node, dialect, readsBytes)
        : builder.literal(node.text);
    case 'range':
      if (readsBytes && node.hi > LAST_ASCII) {
        const hint = 'write /[\\x80-\\xBF]/ for bytes, or /[à-ü]/u for characters';
        const message = 'a range of characters beyond ASCII, where patterns read bytes';
        throw source.error('SYNTAX', node.offset, message, hint);
      }
      return builder.charSet([[node.lo, node.hi]]);
    case 'pattern':
      return larkPattern(builder, source, node, dialect, readsBytes);
    case 'substring':
      return substringExpr(builder, node.chunks);
  }
}

function nodeExpr(
  context: TerminalContext,
  node: LarkNode,
  at: (index: number) => number,
  where: string,
): number {
  const { builder, source } = context;
  switch (node.kind) {
    case 'text':
    case 'range':
    case 'pattern':
    case 'substring':
      return leafExpr(context, node);
    case 'concat':
      return builder.concat(node.parts.map(at));
    case 'intersect':
      return builder.intersect(node.parts.map(at));
    case 'union': {
      if (node.conditions.some((condition) => condition !== undefined)) {
        throw source.error(
          'SYNTAX',
          node.offset,
          `${where} cannot have conditions`,
          'use %if in a rule with a parameter',
        );
      }
      return builder.union(node.parts.map(at));
    }
    case 'complement':
      return builder.complement(at(node.body));
    case 'repeat':
      return builder.repeat(at(node.body), node.min, node.max);
    case 'name':
      return referredTerminal(context, node, where);
    case 'tokenName':
    case 'tokenIds':
      throw source.error('SYNTAX', node.offset, `${where} cannot have tokens in it`, 'use tokens in rules');
    case 'grammar':
      throw source.error(
        'SYNTAX',
        node.offset,
        `${where} cannot refer to @${node.name}`,
        'refer to it in a rule',
      );
    case 'json':
    case 'lark':
      throw source.error(
        'SYNTAX',
        node.offset,
        `${where} cannot have %${node.kind} in it`,
        'use it in a rule',
      );
  }
}

function referredTerminal(
  context: TerminalContext,
  node: LarkNode & { kind: 'name' },
  where: string,
): number {
  const { source, grammar, terminals } = context;
  const expr = terminals.get(node.name);
  if (expr !== undefined && node.parameter === undefined) return expr;
  if (grammar.rules.has(node.name) || node.parameter !== undefined) {
    const hint = `${where} is regular: refer to terminals, in capital letters`;
    throw source.error('SYNTAX', node.offset, `${where} cannot refer to rule ${node.name}`, hint);
  }
  throw undefinedName(context, node);
}

/** The error for a name that nothing defines. */
export function undefinedName(
  { source, grammar }: Pick<TerminalContext, 'source' | 'grammar'>,
  { name, offset }: { readonly name: string; readonly offset: number },
): Error {
  const near = nearestName(name, [...grammar.rules.keys(), ...grammar.terminals.keys()]);
  const what = isTerminalName(name) ? 'terminal' : 'rule';
  const hint = near === undefined ? `add ${name}: …` : `did you mean ${near}?`;
  return source.error('SYNTAX', offset, `${what} ${name} is not defined`, hint);
}
