import type { ProgramBuilder } from '../program-builder.js';
import type { RuleOptions } from '../rules/rule-options.js';
import { sourceError } from '../source-location.js';
import { readStringLiteral } from './ebnf-characters.js';
import type { EbnfDialect } from './ebnf-lexer.js';

/** What stands in brackets behind the name of a rule: `value[max_tokens=32, lazy] ::= …`. */
export interface EbnfRuleOptions {
  /** At most so many tokens write the rule, or it ends at the earliest place where it may. */
  readonly maxTokens?: number;
  /** The same for characters. */
  readonly maxChars?: number;
  /** The rule ends at the first place where it may. */
  readonly lazy?: true;
  /** Where the options stand. */
  readonly offset: number;
  /** What says nothing about the language. */
  readonly carried: RuleOptions;
}

const KEY = /[ \t\r\n]*([A-Za-z_][A-Za-z0-9_]*)[ \t\r\n]*(=?)[ \t\r\n]*/y;
const NUMBER = /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const INTEGER = /\d+/y;
const SEPARATOR = /[ \t\r\n]*([,\]])/y;
const MAX_BUDGET = 2 ** 31 - 1;
/** Options that XGrammar prints for itself, with numbers of its own rules. */
const GENERATED = /^(?:capture_hidden_\w+|stop_capture)$/;
const GENERATED_VALUE = /"(?:\\.|[^"\\])*"|[^,\]"]*/y;

/** Reads the options whose opening bracket is at `start`. */
export function readRuleOptions(
  builder: ProgramBuilder,
  source: string,
  start: number,
  name: string,
  dialect: EbnfDialect,
): { readonly value: EbnfRuleOptions; readonly end: number } {
  const options: { -readonly [Key in 'maxTokens' | 'maxChars' | 'lazy']?: EbnfRuleOptions[Key] } = {};
  const carried: { -readonly [Key in keyof RuleOptions]: RuleOptions[Key] } = {};
  const seen = new Set<string>();
  let at = start + 1;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found !== null) at += found[0].length;
    return found;
  };
  const fail = (offset: number, message: string, hint?: string): never => {
    throw sourceError('SYNTAX', source, offset, message, hint);
  };
  const budget = (key: string): number => {
    const offset = at;
    const value = Number(match(INTEGER)?.[0] ?? Number.NaN);
    if (!(value <= MAX_BUDGET)) fail(offset, `${key} is a whole number from 0 to ${MAX_BUDGET}`);
    return value;
  };
  const text = (key: string): string => {
    if (source[at] !== '"') fail(at, `${key} is a text in double quotes`);
    const { value, end } = readStringLiteral(source, at, dialect, () => builder.step());
    if (value === '') fail(at, `${key} is not empty`);
    at = end;
    return value;
  };

  for (;;) {
    const offset = at;
    const found = match(KEY);
    if (found === null)
      throw fail(offset, 'expected the name of an option', 'as in value[max_tokens=32, lazy]');
    const [, key = '', equals] = found;
    if (seen.has(key)) fail(offset, `the option ${key} stands twice`);
    seen.add(key);
    const hasValue = equals === '=';
    const needs = (value: boolean): void => {
      if (value !== hasValue)
        fail(offset, value ? `${key} needs a value: ${key}=…` : `${key} takes no value`);
    };
    switch (key) {
      case 'max_tokens':
        needs(true);
        options.maxTokens = budget(key);
        if (options.maxTokens === 0 && dialect === 'xgrammar') {
          fail(offset, 'max_tokens is at least 1', 'leave the rule out instead');
        }
        break;
      case 'max_chars':
        needs(true);
        options.maxChars = budget(key);
        break;
      case 'lazy':
        needs(false);
        options.lazy = true;
        break;
      case 'capture':
        carried.capture = hasValue ? text(key) : name;
        break;
      case 'temperature': {
        needs(true);
        const value = Number(match(NUMBER)?.[0] ?? Number.NaN);
        if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
          fail(offset, 'temperature is a finite number from 0');
        }
        carried.temperature = value;
        break;
      }
      case 'no_forcing':
        needs(false);
        carried.noForcing = true;
        break;
      default:
        if (!GENERATED.test(key)) {
          const known = 'max_tokens, max_chars, lazy, capture, temperature, no_forcing';
          fail(offset, `no option of a rule is named ${key}`, `known are ${known}`);
        }
        builder.refuse(
          sourceError(
            'UNSUPPORTED',
            source,
            offset,
            `the option ${key} cannot be carried: its value counts rules of another program`,
            'print the grammar without captures',
          ),
        );
        match(GENERATED_VALUE);
    }
    const separator = match(SEPARATOR);
    if (separator === null) fail(at, 'expected , or ] behind an option');
    if (separator?.[1] === ']') return { value: { ...options, offset: start, carried }, end: at };
  }
}
