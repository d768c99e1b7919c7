import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseJson, writeJson } from './json-text.js';
import { type JsonTree, memberOf } from './json-tree.js';

const suite = fileURLToPath(new URL('../../../shared/json-schema-test-suite/', import.meta.url));
const ajv = dirname(createRequire(import.meta.url).resolve('ajv/package.json'));

/** The reason to skip a test, for tap; false where the suite is there. */
export const skipSuite = existsSync(join(suite, 'tests'))
  ? false
  : 'the JSON-Schema-Test-Suite is not beside the checkout (shared/json-schema-test-suite)';

/** A schema of the JSON-Schema-Test-Suite with the texts that it must or must not accept. */
export interface SuiteGroup {
  readonly name: string;
  readonly schema: string;
  readonly tests: readonly { readonly about: string; readonly text: string; readonly valid: boolean }[];
}

/** The groups of one folder, without its sub-folders. */
export function suiteGroups(draft: '2020-12' | '7', folder: '.' | 'optional'): SuiteGroup[] {
  const path = join(suite, 'tests', draft === '7' ? 'draft7' : 'draft2020-12', folder);
  const files = readdirSync(path).filter((file) => file.endsWith('.json'));
  return files.sort().flatMap((file) =>
    listOf(parseJson(readFileSync(join(path, file), 'utf8'))).map((group) => ({
      name: `${file}: ${stringOf(part(group, 'description'))}`,
      schema: writeJson(part(group, 'schema')),
      tests: listOf(part(group, 'tests')).map((test) => ({
        about: stringOf(part(test, 'description')),
        text: writeJson(part(test, 'data')),
        valid: writeJson(part(test, 'valid')) === 'true',
      })),
    })),
  );
}

/** The documents that the suite's schemas refer to: its remotes, and the meta-schemas, which ajv brings along. */
export function loadRemote(uri: string): string | undefined {
  const remote = /^http:\/\/localhost:1234\/(.*)$/.exec(uri)?.[1];
  const modern = /^https:\/\/json-schema\.org\/draft\/(2019-09|2020-12)\/(.*)$/.exec(uri);
  const old = /^http:\/\/json-schema\.org\/draft-(06|07)\/schema$/.exec(uri)?.[1];
  let file: string | undefined;
  if (remote !== undefined) file = join(suite, 'remotes', remote);
  if (modern !== null) file = join(ajv, 'dist', 'refs', `json-schema-${modern[1]}`, `${modern[2]}.json`);
  if (old !== undefined) file = join(ajv, 'dist', 'refs', `json-schema-draft-${old}.json`);
  return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function part(tree: JsonTree, name: string): JsonTree {
  const found = tree.kind === 'object' ? memberOf(tree, name) : undefined;
  if (found === undefined) throw new Error(`the suite has a case without ${name}`);
  return found;
}

function listOf(tree: JsonTree | null): readonly JsonTree[] {
  if (tree?.kind !== 'array') throw new Error('the suite has a file that is no list');
  return tree.items;
}

function stringOf(tree: JsonTree): string {
  if (tree.kind !== 'string') throw new Error('the suite has a name that is no string');
  return tree.value;
}
