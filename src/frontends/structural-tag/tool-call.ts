import { jsonSchemaOf } from '../../adapters/standard-schema.js';
import { checkOptions, describe, expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { nearestName } from '../rules/nearest-name.js';
import type { CallableTool, CallMode, ToolRequest } from './families/family.js';
import { TOOL_FAMILIES } from './families/index.js';
import {
  STRUCTURAL_TAG_OPTIONS,
  type StructuralTagOptions,
  structuralTagProgram,
} from './structural-tag-program.js';

/** A function that a model may call: its name, and the JSON Schema of its arguments. */
export interface ToolFunction {
  name: string;
  description?: string | undefined;
  /** JSON Schema, or a Standard Schema (zod and others). Absent: any arguments. */
  parameters?: object | boolean | undefined;
  /** false: the model is not held to `parameters`. Default: it is. */
  strict?: boolean | null | undefined;
}

/**
 * A tool, as OpenAI's interfaces write it: `{ type: 'function', function: { name, parameters } }`, or flat,
 * `{ name, parameters }`. Another `type` means a tool of the provider, which only the family `harmony` has; its name
 * defaults to the type.
 */
export type Tool =
  | { type?: 'function'; function: ToolFunction }
  | (ToolFunction & { type?: string })
  | { type: string };

export interface ToolCallOptions extends StructuralTagOptions {
  /**
   * `'auto'` (default): text, calls, or both; `'required'`: at least one call; `{ name }`: one call of that tool; `'none'`:
   * text only.
   */
  choice?: 'auto' | 'required' | 'none' | { readonly name: string } | undefined;
  /** The answer begins inside of a block of thoughts, as the templates of reasoning models open one. Default false. */
  reasoning?: boolean | undefined;
}

const OPTIONS = ['choice', 'reasoning', ...STRUCTURAL_TAG_OPTIONS];

/** The program of the answers of a model of a family that may call tools. */
export function toolCallProgram(
  family: string,
  tools: readonly Tool[],
  options?: ToolCallOptions,
): Uint8Array {
  const { tag, rest } = toolCallTag(family, tools, options);
  return structuralTagProgram(tag, rest);
}

/** The structural tag that stands for a family and tools, and the options that are left for it. */
export function toolCallTag(
  family: string,
  tools: readonly Tool[],
  options?: ToolCallOptions,
): { readonly tag: object; readonly rest: StructuralTagOptions } {
  const { choice = 'auto', reasoning = false, ...rest } = checkOptions(options, OPTIONS);
  const found = typeof family === 'string' ? TOOL_FAMILIES.get(family) : undefined;
  if (found === undefined) throw unknownFamily(family);
  if (typeof reasoning !== 'boolean') throw expected('true or false', 'reasoning', reasoning);
  if (!Array.isArray(tools)) throw expected('a list of tools', 'tools', tools);
  const callable = tools.map((tool: unknown, index) => readTool(tool, `tools[${index}]`));
  checkNames(callable);
  for (const { isBuiltin, name } of callable) {
    if (isBuiltin && found.hasBuiltinTools !== true) {
      throw new GrammaskError('UNSUPPORTED', `the family ${family} has no tools of a provider, as ${name}`, {
        hint: "leave it out, or write it as a function: { type: 'function', function: { name, parameters } }",
      });
    }
  }
  const request = { ...chosen(callable, choice), reasoning };
  return { tag: { type: 'structural_tag', format: found.format(request) }, rest };
}

function unknownFamily(family: unknown): GrammaskError {
  const names = [...TOOL_FAMILIES.keys()];
  const near = typeof family === 'string' ? nearestName(family, names) : undefined;
  const hint = `${near === undefined ? '' : `did you mean ${near}? `}the families are ${names.join(', ')}`;
  return new GrammaskError('ARGUMENT', `there is no family of models ${describe(family)}`, { hint });
}

/** Characters that would end the name where a template writes it, or need an escape there. */
const UNWRITABLE = /[\s"'`\\<>{}&\p{Cc}\p{Cs}]/u;

function readTool(tool: unknown, at: string): CallableTool {
  if (!isRecord(tool)) throw expected('a tool', at, tool);
  const type = tool.type;
  const isBuiltin = type !== undefined && type !== 'function';
  if (isBuiltin && typeof type !== 'string') throw expected('a text', `${at}.type`, type);
  const nested = tool.function;
  if (nested !== undefined && !isRecord(nested)) throw expected('an object', `${at}.function`, nested);
  const own = nested ?? tool;
  const where = nested === undefined ? at : `${at}.function`;
  const name = own.name ?? (isBuiltin ? type : undefined);
  if (typeof name !== 'string' || name === '') throw expected('a name', `${where}.name`, name);
  if (UNWRITABLE.test(name)) {
    throw new GrammaskError(
      'ARGUMENT',
      `the name of \`${where}\` cannot be written by a model: ${describe(name)}`,
      {
        hint: 'use letters, digits, _ and -',
      },
    );
  }
  const parameters = own.parameters;
  const isStrict = own.strict !== false;
  if (parameters === undefined || parameters === null || !isStrict)
    return { name, parameters: true, isBuiltin };
  if (typeof parameters !== 'boolean' && typeof parameters !== 'object') {
    throw expected('a JSON Schema', `${where}.parameters`, parameters);
  }
  const schema = jsonSchemaOf(parameters);
  if (typeof schema === 'string') throw expected('a JSON Schema', `${where}.parameters`, schema);
  return { name, parameters: schema, isBuiltin };
}

/** The members of a tool or a choice, before they are checked. */
interface Raw {
  readonly type?: unknown;
  readonly function?: unknown;
  readonly name?: unknown;
  readonly parameters?: unknown;
  readonly strict?: unknown;
}

function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkNames(tools: readonly CallableTool[]): void {
  const seen = new Set<string>();
  for (const { name } of tools) {
    if (seen.has(name)) throw new GrammaskError('ARGUMENT', `two tools are called ${describe(name)}`);
    seen.add(name);
  }
}

function chosen(
  tools: readonly CallableTool[],
  choice: NonNullable<ToolCallOptions['choice']>,
): Pick<ToolRequest, 'tools' | 'mode'> {
  if (choice === 'none') return { tools: [], mode: 'auto' };
  if (choice === 'auto' || choice === 'required') {
    if (choice === 'required' && tools.length === 0) {
      throw new GrammaskError('ARGUMENT', "choice 'required' needs at least one tool");
    }
    return { tools, mode: choice satisfies CallMode };
  }
  const name: unknown = isRecord(choice) ? (choice as Raw).name : undefined;
  if (typeof name !== 'string') throw expected("'auto', 'required', 'none' or { name }", 'choice', choice);
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool !== undefined) return { tools: [tool], mode: 'forced' };
  const near = nearestName(
    name,
    tools.map((candidate) => candidate.name),
  );
  throw new GrammaskError('ARGUMENT', `no tool is called ${describe(name)}`, {
    hint: near === undefined ? 'name one of the tools' : `did you mean ${near}?`,
  });
}
