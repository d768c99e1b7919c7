// The data that conformance is measured with: the JSON-Schema-Test-Suite and MaskBench, each text as it was written.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type RawJson, rawMember, readRawJson } from './raw-json.js';

/** A dialect, as the option `draft` names it. */
export type Draft = '2020-12' | '2019-09' | '7' | '6' | '4';

/** A schema and the texts that come with it. */
export interface SchemaCase {
  readonly name: string;
  /** Exact JSON text. */
  readonly schema: string;
  readonly instances: readonly Instance[];
}

export interface Instance {
  readonly about: string;
  /** Exact JSON text. */
  readonly text: string;
  readonly valid: boolean;
}

/** A group of the test suite. */
export interface SuiteGroup extends SchemaCase {
  readonly draft: Draft;
  readonly section: SuiteSection;
}

/** `required` tests stand in the draft's folder, the others below `optional` and `optional/format`. */
export type SuiteSection = 'required' | 'optional' | 'format';

const shared = new URL('../../../shared/', import.meta.url);
export const defaultSuiteFolder = fileURLToPath(new URL('json-schema-test-suite', shared));
export const defaultMaskBenchFile = fileURLToPath(new URL('maskbench/dev.jsonl.gz', shared));

const DRAFT_FOLDERS: readonly (readonly [folder: string, draft: Draft])[] = [
  ['draft2020-12', '2020-12'],
  ['draft2019-09', '2019-09'],
  ['draft7', '7'],
  ['draft6', '6'],
  ['draft4', '4'],
];

/** Why a test cannot have its data, for tap to skip with; false where the data is there. */
export const skipSuite = hasSuite(defaultSuiteFolder)
  ? false
  : 'the JSON-Schema-Test-Suite is not beside the checkout (shared/json-schema-test-suite)';
export const skipMaskBench = existsSync(defaultMaskBenchFile)
  ? false
  : 'the MaskBench data is not beside the checkout (shared/maskbench)';

/** Whether a folder holds a test suite: `tests/DRAFT`, and `remotes`. */
export function hasSuite(folder: string): boolean {
  return DRAFT_FOLDERS.some(([name]) => existsSync(join(folder, 'tests', name)));
}

/** All groups of a suite of the drafts that are known, in the order of drafts and file names. */
export function readSuite(folder: string): SuiteGroup[] {
  return DRAFT_FOLDERS.flatMap(([name, draft]) => {
    const tests = join(folder, 'tests', name);
    return jsonFiles(tests).flatMap((file) => {
      const path = relative(tests, file).split(sep).join('/');
      return readRawJson(readFileSync(file, 'utf8')).items.map((group) =>
        suiteGroup(group, name, path, draft),
      );
    });
  });
}

function suiteGroup(group: RawJson, folder: string, path: string, draft: Draft): SuiteGroup {
  return {
    name: `${folder}/${path}: ${stringOf(group, 'description')}`,
    draft,
    section: path.startsWith('optional/format/')
      ? 'format'
      : path.startsWith('optional/')
        ? 'optional'
        : 'required',
    schema: textOf(group, 'schema'),
    instances: (rawMember(group, 'tests')?.items ?? []).map((test) => ({
      about: stringOf(test, 'description'),
      text: textOf(test, 'data'),
      valid: textOf(test, 'valid') === 'true',
    })),
  };
}

function textOf(object: RawJson, name: string): string {
  const member = rawMember(object, name);
  if (member === undefined) throw new Error(`the data has no ${name}: ${object.text.slice(0, 200)}`);
  return member.text;
}

const stringOf = (object: RawJson, name: string): string => JSON.parse(textOf(object, name)) as string;

/** The JSON files below a folder, sorted; none where there is no folder. */
function jsonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
}

/** The suite's documents for `resolve`: `remotes/PATH` stands for `http://localhost:1234/PATH`. */
export function suiteResolver(folder: string): (uri: string) => unknown {
  const host = 'http://localhost:1234/';
  return (uri) => {
    const [address = ''] = uri.split('#');
    if (!address.startsWith(host)) return undefined;
    const path = decodeURIComponent(address.slice(host.length));
    const file = join(folder, 'remotes', ...path.split('/').filter((part) => part !== '..' && part !== ''));
    return existsSync(file) && statSync(file).isFile() ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  };
}

interface MaskBenchRow {
  readonly name: string;
  readonly schema: unknown;
  readonly schemaText?: string;
  readonly tests: readonly {
    readonly valid: boolean;
    readonly data: unknown;
    readonly text?: string;
    readonly violates?: string;
  }[];
}

/** Every schema of a file of MaskBench, packed or not. */
export function readMaskBench(file: string): SchemaCase[] {
  const bytes = readFileSync(file);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const lines = (isPacked ? gunzipSync(bytes) : bytes).toString('utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { name, schema, schemaText, tests } = JSON.parse(line) as MaskBenchRow;
      return {
        name,
        // The exact text stands beside a schema that JSON.parse would change.
        schema: schemaText ?? JSON.stringify(schema),
        instances: tests.map(({ valid, data, text, violates }, index) => ({
          about: `instance ${index}${violates === undefined ? '' : `, violates ${violates}`}`,
          text: text ?? spacedJson(data),
          valid,
        })),
      };
    });
}

/** JSON with `", "` between items and `": "` behind names, as the texts of MaskBench are written. */
function spacedJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${spacedJson(member)}`)
    .join(', ')}}`;
}

const DRAFT_OF_META_SCHEMA: readonly (readonly [part: string, draft: Draft])[] = [
  ['draft/2020-12/', '2020-12'],
  ['draft/2019-09/', '2019-09'],
  ['draft-07/', '7'],
  ['draft-06/', '6'],
  ['draft-04/', '4'],
];

/** The draft that a schema's own `$schema` names; undefined where it has none or another one. */
export function draftOf(schema: string): Draft | undefined {
  const root = JSON.parse(schema) as unknown;
  if (typeof root !== 'object' || root === null) return undefined;
  const { $schema } = root as Record<string, unknown>;
  if (typeof $schema !== 'string') return undefined;
  return DRAFT_OF_META_SCHEMA.find(([part]) => $schema.includes(`json-schema.org/${part}`))?.[1];
}
