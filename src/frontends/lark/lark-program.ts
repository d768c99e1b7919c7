import { checkOptions, expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { jsonSchemaNode } from '../json-schema/json-schema-program.js';
import { createProgramBuilder, type ProgramBuilder } from '../program-builder.js';
import type { GrammarLimits } from '../program-format.js';
import { copyInto, uniqueName } from '../program-merge.js';
import { readProgram } from '../program-reader.js';
import { lowerRules } from '../rules/lower-rules.js';
import type { ProgramWithOptions, RuleOptions } from '../rules/rule-options.js';
import type { RuleGrammar, RuleNode } from '../rules/rule-tree.js';
import { embeddedSchema } from './lark-json.js';
import { type Lowering, lowerLark } from './lark-lower.js';
import { parseLark } from './lark-parser.js';
import { createSources, type LarkSource } from './lark-source.js';
import type { LarkGrammar } from './lark-tree.js';
import type { LarkOrigins } from './lark-written.js';

/** Whose Lark it is: llguidance's, or XGrammar's where it differs (docs/lark.md). */
export type LarkDialect = 'llguidance' | 'xgrammar';

export interface LarkProgramOptions {
  /** The start rule. Default: `start`. */
  readonly start?: string | undefined;
  /** Default: `llguidance`. */
  readonly dialect?: LarkDialect | undefined;
  /** What `@name` means: the text of a grammar in Lark, whose start rule is `start`, or the program of another grammar. */
  readonly grammars?: ReadonlyMap<string, string | Uint8Array> | undefined;
  readonly limits?: GrammarLimits | undefined;
}

const NAME = /^[A-Za-z0-9_-]+$/;

/**
 * The program of a grammar in Lark, and the options of its rules that are no part of the language. `SYNTAX` with line and column for what is no grammar, `UNSUPPORTED` for what of the
 * dialect cannot be enforced, and the errors of JSON Schemas for those inside.
 */
export function larkGrammar(text: string, options: LarkProgramOptions = {}): ProgramWithOptions {
  const read = readLark(text, options);
  const program = read.builder.finish(lowerRules(read.builder, read.lower()));
  return { program, ruleOptions: ruleOptions(read.grammar, read.start) };
}

/** A grammar that is parsed, before any name in it is looked up. */
export interface ReadLark {
  readonly builder: ProgramBuilder;
  readonly source: LarkSource;
  readonly grammar: LarkGrammar;
  readonly start: string;
  readonly dialect: LarkDialect;
  /** The rules that the engine reads. */
  lower(origins?: LarkOrigins): RuleGrammar;
}

/** As `readEbnf` does; the grammar is lowered where it is asked to. Throws what `larkGrammar` throws. */
export function readLark(text: string, options: LarkProgramOptions, refusals?: GrammaskError[]): ReadLark {
  if (typeof text !== 'string') throw new GrammaskError('ARGUMENT', 'a grammar is a string');
  const known = checkOptions(options, ['start', 'dialect', 'grammars', 'limits']);
  const { start = 'start', dialect = 'llguidance', grammars = new Map(), limits } = known;
  if (typeof start !== 'string') throw expected('a string', 'start', start);
  if (dialect !== 'llguidance' && dialect !== 'xgrammar') {
    const hint = 'use llguidance or xgrammar';
    throw new GrammaskError('ARGUMENT', `no Lark dialect is named ${String(dialect)}`, { hint });
  }
  const builder = createProgramBuilder(limits, refusals);
  const sources = createSources();
  const names = new Set<string>();
  const source = sources.add(text);
  const grammar = parseLark(builder, text);
  const library = namedGrammars(builder, grammars, names, (inner, name) => sources.add(inner, name));
  const lower = (origins?: LarkOrigins): RuleGrammar =>
    lowerLark(builder, source, grammar, {
      start,
      dialect,
      sources,
      named: library.find,
      names: library.names,
      schema: (scope, node) => schemaNode(builder, scope.source, node, limits),
      uniqueName: (name) => uniqueName(name, names),
      origins,
    });
  return { builder, source, grammar, start, dialect, lower };
}

/** Those of the grammar itself, not of grammars inside of it. */
function ruleOptions({ rules, options }: LarkGrammar, start: string): ReadonlyMap<string, RuleOptions> {
  const found = new Map<string, RuleOptions>();
  for (const { name, attributes } of rules.values()) {
    const { capture, temperature, stopCapture } = attributes ?? {};
    const noForcing = options.noForcing && name === start;
    if (capture === undefined && temperature === undefined && stopCapture === undefined && !noForcing)
      continue;
    found.set(name, {
      ...(capture !== undefined && { capture }),
      ...(stopCapture !== undefined && { stopCapture }),
      ...(temperature !== undefined && { temperature }),
      ...(noForcing && { noForcing }),
    });
  }
  return found;
}

/** The grammars behind `@`, each read when it is first asked for. */
function namedGrammars(
  builder: ProgramBuilder,
  grammars: NonNullable<LarkProgramOptions['grammars']>,
  taken: Set<string>,
  addSource: (text: string, name: string) => LarkSource,
): {
  find: (name: string) => { source: LarkSource; grammar: LarkGrammar } | RuleNode | undefined;
  names: () => string[];
} {
  for (const [name, value] of grammars) {
    if (!NAME.test(name)) {
      const hint = 'use letters, digits, _ and -';
      throw new GrammaskError('ARGUMENT', `no grammar can be named ${JSON.stringify(name.slice(0, 60))}`, {
        hint,
      });
    }
    if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
      throw expected('a Grammar or the text of one', `grammars.${name}`, value);
    }
  }
  const read = new Map<string, { source: LarkSource; grammar: LarkGrammar } | RuleNode>();
  return {
    names: () => [...grammars.keys()].map((name) => `@${name}`),
    find(name) {
      const value = grammars.get(name);
      let found = read.get(name);
      if (found !== undefined || value === undefined) return found;
      if (typeof value === 'string') {
        const source = addSource(value, name);
        found = { source, grammar: parseLark(builder, value) };
      } else {
        const symbol = copyInto(builder, readProgram(value), taken);
        found =
          symbol.kind === 'terminal'
            ? { kind: 'expr', expr: symbol.expr }
            : { kind: 'inserted', rule: symbol.rule };
      }
      read.set(name, found);
      return found;
    },
  };
}

function schemaNode(
  builder: ProgramBuilder,
  source: LarkSource,
  node: Parameters<Lowering['schema']>[1],
  limits: GrammarLimits | undefined,
): RuleNode {
  const { schema, style } = embeddedSchema(builder, source, node);
  try {
    const root = jsonSchemaNode(builder, schema, limits && { limits });
    return { kind: 'symbol', symbol: { kind: 'schema', root: builder.schemaRoot(root, style) } };
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.location === undefined) throw error;
    const where =
      'pointer' in error.location ? `%json, at ${error.location.pointer || 'its root'}: ` : '%json: ';
    throw source.error(error.code, node.offset, where + error.message, error.hint);
  }
}
