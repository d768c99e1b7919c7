import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createBuildBudget } from '../../src/frontends/build-budget.js';
import { parseJsonText } from '../../src/frontends/json-schema/json-text.js';
import type { JsonArray, JsonObject, JsonValue } from '../../src/frontends/json-schema/json-value.js';

const shared = new URL('../../../shared/', import.meta.url);
const maskBenchFile = new URL('maskbench/dev.jsonl.gz', shared);
const suiteFolder = new URL('json-schema-test-suite/tests/draft2020-12/', shared);

/** The reason to skip a test, for tap; false where the data is there. */
export const skipMaskBench = existsSync(maskBenchFile)
  ? false
  : 'the MaskBench data is not beside the checkout (shared/maskbench)';
export const skipSuite = existsSync(suiteFolder)
  ? false
  : 'the JSON-Schema-Test-Suite is not beside the checkout (shared/json-schema-test-suite)';

/** A schema and the texts that come with it, each exactly as it was written. */
export interface CorpusSchema {
  readonly name: string;
  readonly schema: string;
  readonly instances: readonly { readonly text: string; readonly valid: boolean; readonly about: string }[];
}

interface MaskBenchRow {
  name: string;
  schema: object;
  schemaText?: string;
  tests: { valid: boolean; data: unknown; text?: string }[];
}

export function readMaskBench(): CorpusSchema[] {
  const lines = gunzipSync(readFileSync(maskBenchFile)).toString('utf8').trim().split('\n');
  return lines.map((line) => {
    const { name, schema, schemaText, tests } = JSON.parse(line) as MaskBenchRow;
    return {
      name,
      schema: schemaText ?? JSON.stringify(schema),
      instances: tests.map(({ valid, data, text }, index) => ({
        text: text ?? spaced(data),
        valid,
        about: `instance ${index}`,
      })),
    };
  });
}

/** JSON with `", "` between items and `": "` behind names. */
function spaced(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`)
    .join(', ')}}`;
}

/** The groups of the suite for draft 2020-12, without those in sub-folders (optional ones). */
export function readSuite(): CorpusSchema[] {
  const groups: CorpusSchema[] = [];
  for (const file of readdirSync(suiteFolder).sort()) {
    if (!file.endsWith('.json')) continue;
    const text = readFileSync(new URL(file, suiteFolder), 'utf8');
    for (const group of items(parseJsonText(text, createBuildBudget()))) {
      groups.push({
        name: `${file}: ${exactText(member(group, 'description'))}`,
        schema: exactText(member(group, 'schema')),
        instances: items(member(group, 'tests')).map((test) => ({
          text: exactText(member(test, 'data')),
          valid: exactText(member(test, 'valid')) === 'true',
          about: exactText(member(test, 'description')),
        })),
      });
    }
  }
  return groups;
}

const member = (value: JsonValue, name: string): JsonValue => (value as JsonObject).members.get(name)!;
const items = (value: JsonValue): readonly JsonValue[] => (value as JsonArray).items;

/** The text of a value; numbers keep their spelling. */
function exactText(value: JsonValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'number':
      return value.text;
    case 'array':
      return `[${value.items.map(exactText).join()}]`;
    case 'object':
      return `{${Array.from(value.members, ([name, part]) => `${JSON.stringify(name)}:${exactText(part)}`).join()}}`;
    default:
      return JSON.stringify(value.value);
  }
}
