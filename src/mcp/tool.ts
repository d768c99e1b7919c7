import { GrammaskError } from '../errors.js';
import { isJsonObject, type JsonObject, member } from '../tokenizer/json-value.js';

/** A tool of the server: what a client is told, and what is done. */
export interface McpTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  run(input: ToolInput, signal: AbortSignal): Promise<JsonObject>;
}

export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required: string[];
  readonly additionalProperties: false;
}

export interface PropertySchema {
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: string[];
}

/** The schema of a tool's input. */
export function inputSchema(
  properties: Readonly<Record<string, PropertySchema>>,
  required: string[],
): ObjectSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** The input of a call; what it gives back is of the type that the tool's schema says. */
export interface ToolInput {
  string(name: string): string;
  optionalString(name: string): string | undefined;
  optionalInteger(name: string): number | undefined;
  optionalBoolean(name: string): boolean | undefined;
}

/** Characters of a text in a call. */
const MAX_TEXT = 5_000_000;

/** Checks the input of a call against the tool's schema. @throws GrammaskError `ARGUMENT` */
export function readInput({ inputSchema: schema }: Pick<McpTool, 'inputSchema'>, given: unknown): ToolInput {
  if (!isJsonObject(given)) throw wrong('the arguments are no object');
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(schema.properties, name)) throw wrong(`there is no argument ${JSON.stringify(name)}`);
  }
  for (const name of schema.required) if (!Object.hasOwn(given, name)) throw wrong(`${name} is missing`);
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = member(given, name);
    if (value !== undefined) checkValue(name, value, property);
  }
  return {
    string: (name) => member(given, name) as string,
    optionalString: (name) => member(given, name) as string | undefined,
    optionalInteger: (name) => member(given, name) as number | undefined,
    optionalBoolean: (name) => member(given, name) as boolean | undefined,
  };
}

function checkValue(name: string, value: unknown, schema: PropertySchema): void {
  const { type, minimum = -Infinity, maximum = Infinity } = schema;
  const fits = type === 'integer' ? Number.isSafeInteger(value) : typeof value === type;
  if (!fits) throw wrong(`${name} is no ${type}`);
  if (typeof value === 'number' && (value < minimum || value > maximum)) {
    throw wrong(`${name} is not from ${minimum} to ${maximum}`);
  }
  if (typeof value !== 'string') return;
  if (value.length > MAX_TEXT) throw wrong(`${name} has more than ${MAX_TEXT} characters`);
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    throw wrong(`${name} is none of ${schema.enum.join(', ')}`);
  }
}

function wrong(message: string): GrammaskError {
  return new GrammaskError('ARGUMENT', message, { hint: 'see the input schema of the tool' });
}
