import { jsonSchemaOf } from '../adapters/standard-schema.js';
import { GrammaskError } from '../errors.js';
import { type AbnfOptions, abnfProgram } from '../frontends/abnf/abnf-program.js';
import { choiceProgram } from '../frontends/choice.js';
import { type EbnfOptions, ebnfGrammar } from '../frontends/ebnf/ebnf-program.js';
import { toEbnf } from '../frontends/ebnf/to-ebnf.js';
import { jsonSchemaProgram } from '../frontends/json-schema/json-schema-program.js';
import type { JsonSchemaOptions, JsonStyle } from '../frontends/json-schema/types.js';
import { type LarkDialect, larkGrammar } from '../frontends/lark/lark-program.js';
import type { GrammarLimits } from '../frontends/program-format.js';
import { concatPrograms, unionPrograms } from '../frontends/program-merge.js';
import { type RegexProgramOptions, regexProgram } from '../frontends/regex/regex-program.js';
import type { RuleOptions } from '../frontends/rules/rule-options.js';
import {
  type StructuralTagOptions,
  structuralTagProgram,
} from '../frontends/structural-tag/structural-tag-program.js';
import { type Tool, type ToolCallOptions, toolCallProgram } from '../frontends/structural-tag/tool-call.js';
import { tokenProgram } from '../frontends/token.js';
import { jsonSchemaOfType, type TypeGrammarOptions } from '../frontends/typescript/json-schema-of-type.js';
import { checkOptions, expected } from './arguments.js';
import { engine, type NativeLanguage, type NativeLimits } from './binding.js';
import { builtinSource } from './builtin.js';
import { type Explanation, explanationOf } from './explanation.js';
import { type Input, readInput } from './input.js';

/** Options that every way to make a grammar takes. */
export interface GrammarOptions {
  /** Bounds of reading the source, and of each `test`, `testPrefix` and `explain`. Default: none. */
  limits?: GrammarLimits | undefined;
}

export interface LarkOptions {
  /** The start rule. Default: `start`. */
  start?: string | undefined;
  /** Whose Lark it is where the two differ. Default: `llguidance`. */
  dialect?: LarkDialect | undefined;
  /** What `@name` means: a grammar, or the text of one in the same dialect with the start rule `start`. Default: none. */
  grammars?: Readonly<Record<string, Grammar | string>> | undefined;
  /** Bounds of reading the source, and of each `test`, `testPrefix` and `explain`. Default: none. */
  limits?: GrammarLimits | undefined;
}

/** The program of a grammar; for this package only. Not to be written to. */
export let programOf: (grammar: Grammar) => Uint8Array;

/** The grammar of a program that the engine takes for certain; for this package only. */
export let grammarOf: (program: Uint8Array) => Grammar;

/** Whether there is any text in a language; true also where that could not be decided. For this package only. */
export let isSatisfiable: (grammar: Grammar) => boolean;

/**
 * A language: a set of texts. It cannot be changed.
 *
 * Errors of the source are thrown by the functions that read it; compiling adds only those of limits and vocabulary.
 */
export class Grammar {
  readonly #program: Uint8Array;
  readonly #limits: NativeLimits;
  #ruleOptions: ReadonlyMap<string, RuleOptions> = new Map();
  #built: NativeLanguage | undefined;

  static {
    programOf = (grammar) => grammar.#program;
    grammarOf = (program) => new Grammar(program, undefined, true);
    isSatisfiable = (grammar) => grammar.#satisfiable();
  }

  /** @param isCertain the engine takes the program for certain: it is not asked before something else needs it */
  private constructor(program: Uint8Array, limits: GrammarLimits | undefined, isCertain = false) {
    if (!(program instanceof Uint8Array)) throw expected('a Uint8Array', 'bytes', program);
    this.#limits = { timeoutMs: limits?.timeoutMs, memoryBytes: limits?.memoryBytes };
    this.#program = program;
    if (!isCertain) this.#built = this.#build();
  }

  /**
   * The JSON texts that a JSON Schema (draft 2020-12) validates, narrowed by a style.
   *
   * @param source the schema; a string is exact JSON text, where `1.0`, `1e400` and the order of members are kept; a
   *   Standard Schema (zod, valibot, arktype and others) stands for the JSON Schema of what it takes
   * @throws GrammaskError `SYNTAX` for text that is no JSON and for a wrong `pattern`, `SCHEMA` for a malformed schema,
   *   `UNSUPPORTED` for a keyword that cannot be enforced, with its pointer; `STYLE_EMPTY` for a style that leaves no
   *   text of a schema that has some; `ARGUMENT`, `DEADLINE`, `MEMORY`
   */
  static jsonSchema(source: object | boolean | string, options: JsonSchemaOptions = {}): Grammar {
    const schema = jsonSchemaOf(source);
    const grammar = new Grammar(jsonSchemaProgram(schema, options), options.limits, true);
    if (options.style !== undefined && !grammar.#satisfiable()) {
      const { style, ...exact } = options;
      if (new Grammar(jsonSchemaProgram(schema, exact), options.limits).#satisfiable()) {
        throw new GrammaskError('STYLE_EMPTY', 'the style leaves no text of this schema', {
          hint: "leave words of the style out; most likely undeclared: 'forbid'",
        });
      }
    }
    return grammar;
  }

  /**
   * Any JSON value; the same as the schema `true`.
   *
   * @throws GrammaskError `ARGUMENT`, `UNSUPPORTED` for a wrong style
   */
  static json(options: { style?: JsonStyle; limits?: GrammarLimits } = {}): Grammar {
    return Grammar.jsonSchema(true, options);
  }

  /**
   * A grammar in the EBNF dialect of llama.cpp (GBNF) and XGrammar.
   *
   * @param options `root`: the start rule, default `'root'`; `dialect`: `'gbnf'` (default) or `'xgrammar'`, where the two
   *   differ
   * @throws GrammaskError `SYNTAX` with line and column, also for an undefined rule; `UNSUPPORTED`, `ARGUMENT`,
   *   `DEADLINE`, `MEMORY`
   */
  static ebnf(text: string, options?: EbnfOptions): Grammar {
    const { program, ruleOptions } = ebnfGrammar(text, options);
    const grammar = new Grammar(program, options?.limits);
    grammar.#ruleOptions = ruleOptions;
    return grammar;
  }

  /**
   * A grammar in ABNF (RFC 5234, RFC 7405), as RFCs print them. Characters are code points.
   *
   * @param options `root`: the start rule, default the first rule of the text
   * @throws GrammaskError `SYNTAX` with line and column, also for an undefined rule; `UNSUPPORTED` for prose in angle
   *   brackets that the start rule needs; `ARGUMENT`, `DEADLINE`, `MEMORY`
   */
  static abnf(text: string, options?: AbnfOptions): Grammar {
    return new Grammar(abnfProgram(text, options), options?.limits);
  }

  /**
   * A grammar in Lark, as llguidance and XGrammar have it: docs/lark.md.
   *
   * @param options `start`: the start rule, default `'start'`; `dialect`: whose Lark it is where the two differ, default
   *   `'llguidance'`; `grammars`: what `@name` means
   * @throws GrammaskError `SYNTAX` with line and column, also for an undefined name; `UNSUPPORTED` for what cannot be
   *   enforced; the errors of JSON Schemas for those inside; `ARGUMENT`, `DEADLINE`, `MEMORY`
   */
  static lark(text: string, options: LarkOptions = {}): Grammar {
    const { start, dialect, grammars, limits } = checkOptions(options, [
      'start',
      'dialect',
      'grammars',
      'limits',
    ]);
    if (grammars !== undefined && (typeof grammars !== 'object' || grammars === null)) {
      throw expected('an object', 'grammars', grammars);
    }
    const programs = Object.entries(grammars ?? {}).map(
      ([name, value]) => [name, value instanceof Grammar ? value.#program : value] as const,
    );
    const named = new Map(programs);
    const { program, ruleOptions } = larkGrammar(text, { start, dialect, grammars: named, limits });
    const grammar = new Grammar(program, limits);
    grammar.#ruleOptions = ruleOptions;
    return grammar;
  }

  /**
   * The texts that a regular expression matches as a whole.
   *
   * @param options `dialect`: `'ecmascript'` (default, with the flag `u`), `'rust'`, `'pcre'` or `'xgrammar'`; `flags`
   * @throws GrammaskError `SYNTAX` with line and column; `UNSUPPORTED` with the column for back-references and for the few
   *   assertions that cannot be enforced; `ARGUMENT`, `DEADLINE`, `MEMORY`
   */
  static regex(pattern: string | RegExp, options?: RegexProgramOptions): Grammar {
    return new Grammar(regexProgram(pattern, options), options?.limits);
  }

  /**
   * Free text with structured parts, tool calls above all, as the JSON of XGrammar's structural tags describes it.
   *
   * @param tag `{"type": "structural_tag", "format": {…}}`; a string is exact JSON text
   * @throws GrammaskError `SYNTAX` with the pointer for what is no structural tag; the errors of the schemas, patterns and
   *   grammars in it, with the pointer too; `ARGUMENT`, `DEADLINE`, `MEMORY`
   */
  static structuralTag(tag: object | string, options?: StructuralTagOptions): Grammar {
    return new Grammar(structuralTagProgram(tag, options), options?.limits);
  }

  /**
   * The answers of a model that may call tools, as the chat template of its family writes them.
   *
   * @param family `'llama'`, `'qwen_3'`, `'qwen_3_5'`, `'qwen_3_coder'`, `'kimi'`, `'kimi_k3'`, `'deepseek_r1'`,
   *   `'deepseek_v3_1'`, `'deepseek_v3_2'`, `'deepseek_v4'`, `'harmony'`, `'minimax'`, `'glm_4_7'`, `'cohere'`, `'exaone'`
   * @throws GrammaskError `ARGUMENT` for another family, and for tools that are none; the errors of their schemas, with the
   *   pointer into the structural tag that is made; `DEADLINE`, `MEMORY`
   */
  static toolCall(family: string, tools: readonly Tool[], options?: ToolCallOptions): Grammar {
    return new Grammar(toolCallProgram(family, tools, options), options?.limits);
  }

  /**
   * One of the given texts.
   *
   * @throws GrammaskError `ARGUMENT` for an empty list, `SYNTAX` for ill-formed UTF-16
   */
  static choice(texts: readonly string[], options?: GrammarOptions): Grammar {
    const { limits } = checkOptions(options, ['limits']);
    return new Grammar(choiceProgram(texts, limits), limits);
  }

  /**
   * The JSON texts of an exported TypeScript type or interface. The file is read and checked, never run; the package
   * `typescript` must be installed. docs/typescript-types.md has what is read.
   *
   * @param options `tsconfig`: default the nearest above the file; `style`, `formats`, `limits`: as in `jsonSchema`
   * @throws GrammaskError what `jsonSchemaOfType` and `Grammar.jsonSchema` throw
   */
  static typescriptType(file: string, name: string, options?: TypeGrammarOptions): Grammar {
    const known = checkOptions(options, ['tsconfig', 'style', 'formats', 'limits']);
    const { tsconfig, style, formats, limits } = known;
    const schema = jsonSchemaOfType(file, name, { tsconfig, limits });
    const given = Object.entries({ style, formats, limits }).filter(([, value]) => value !== undefined);
    return Grammar.jsonSchema(schema, Object.fromEntries(given) as JsonSchemaOptions);
  }

  /**
   * One token: an id, or a special token by its name, as `'<|im_end|>'`. It is looked up in the vocabulary at compile.
   *
   * @throws GrammaskError `TOKEN_RANGE` for a number that cannot be an id, `ARGUMENT`
   */
  static token(idOrName: number | string): Grammar {
    return new Grammar(tokenProgram(idOrName), undefined);
  }

  /**
   * A grammar that comes with the package.
   *
   * @param name `'arithmetic'`, `'csv'`, `'date-time'`, `'email'`, `'graphql-query'`, `'ip'`, `'json'`, `'json5'`, `'ndjson'`,
   *   `'semver'`, `'sql-select'`, `'typescript-hole'`, `'uri'`
   * @throws GrammaskError `ARGUMENT` for another name
   */
  static builtin(name: string, options?: GrammarOptions): Grammar {
    const { dialect, text } = builtinSource(name);
    return Grammar[dialect](text, options);
  }

  /** A text of any of the grammars. None at all is the empty language. */
  static union(...grammars: Grammar[]): Grammar {
    return new Grammar(unionPrograms(programsOf(grammars)), undefined);
  }

  /** A text of the first grammar, then one of the second, and so on. None at all is the empty text. */
  static concat(...grammars: Grammar[]): Grammar {
    return new Grammar(concatPrograms(programsOf(grammars)), undefined);
  }

  /**
   * A grammar from the bytes of `toBuffer`. Every byte is verified.
   *
   * @throws GrammaskError `SYNTAX` for bytes that are no grammar
   */
  static fromBuffer(bytes: Uint8Array, options?: GrammarOptions): Grammar {
    if (!(bytes instanceof Uint8Array)) throw expected('a Uint8Array', 'bytes', bytes);
    const { limits } = checkOptions(options, ['limits']);
    // A copy, so that nobody changes what was verified.
    return new Grammar(Uint8Array.from(bytes), limits);
  }

  /**
   * Whether the whole input is in the language. No vocabulary is needed.
   *
   * @throws GrammaskError `ARGUMENT` for what is no input; `DEADLINE`, `MEMORY`
   */
  test(input: Input): boolean {
    const { pieces, complete } = readInput(input);
    return complete && this.#language().test(pieces, this.#limits);
  }

  /**
   * Whether the input can be continued to a text in the language.
   *
   * @throws GrammaskError `ARGUMENT` for what is no input; `DEADLINE`, `MEMORY`
   */
  testPrefix(input: Input): boolean {
    const { pieces, complete } = readInput(input);
    return complete && this.#language().testPrefix(pieces, this.#limits);
  }

  /**
   * How far the input is right, and what may come there, in words.
   *
   * @throws GrammaskError `ARGUMENT` for what is no input; `DEADLINE`, `MEMORY`
   */
  explain(input: Input): Explanation {
    const read = readInput(input);
    return explanationOf(this.#language().explain(read.pieces, this.#limits), read);
  }

  /**
   * EBNF that reads back to the same language.
   *
   * @throws GrammaskError `UNSUPPORTED` where the language has no such form
   */
  toString(): string {
    return toEbnf(this.#program);
  }

  /**
   * Options of rules that say nothing about the language, by the names of the rules: `capture` and `temperature` of
   * `value[capture, temperature=0.7] ::= …`. They are carried for you alone, and not by `toBuffer()`, `toString()`, `union`
   * and `concat`. Empty for other grammars.
   */
  get ruleOptions(): ReadonlyMap<string, RuleOptions> {
    return this.#ruleOptions;
  }

  /** The grammar as bytes, for other threads and later runs: `Grammar.fromBuffer`. */
  toBuffer(): Uint8Array {
    return Uint8Array.from(this.#program);
  }

  #build(): NativeLanguage {
    return new (engine().Language)(this.#program, this.#limits);
  }

  /** Compiling does not need it, and it costs as much as a compile. */
  #language(): NativeLanguage {
    this.#built ??= this.#build();
    return this.#built;
  }

  /** True also where it could not be decided. */
  #satisfiable(): boolean {
    return this.#language().satisfiable(this.#limits).satisfiable;
  }
}

function programsOf(grammars: readonly unknown[]): Uint8Array[] {
  return grammars.map((grammar, index) => {
    if (!(grammar instanceof Grammar)) throw expected('a Grammar', `grammars[${index}]`, grammar);
    return programOf(grammar);
  });
}
