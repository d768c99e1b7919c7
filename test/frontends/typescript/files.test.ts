import { join } from 'node:path';
import t from 'tap';
import { loadTypeScript } from '../../../src/frontends/typescript/load-typescript.js';
import { Grammar, generationStyle, jsonSchemaOfType, type TypeOptions } from '../../../src/index.js';
import { grammaskError, placeOf } from '../../support/frontend-errors.js';

const folder = t.testdir({
  'tsconfig.json':
    '{"compilerOptions":{"strict":false,"noUnusedLocals":true,"target":"es2022","lib":["es2022"],"types":[]}}',
  'person.ts': `import type { Role } from './role.js';
interface Unused { a: 1 }
export interface Person { name: string; role: Role; mail?: string | null }
export const notAType = 1;
throw new Error('this file is never run');`,
  'role.ts': "export type Role = 'admin' | 'user';",
  'broken.ts': 'export interface A {\n  b: Nowhere;\n}\n',
  'syntax.ts': 'export interface {',
  'imports-broken.ts': "import type { A } from './broken.js';\nexport type B = A;",
  'script.ts': 'interface A { b: 1 }',
  'notes.txt': 'export type A = 1',
  'bad-tsconfig.json': '{"compilerOptions":{"target":"es1"}}',
});
const file = (name: string): string => join(folder, name);

t.test('the grammar of an exported interface', async (t) => {
  const grammar = Grammar.typescriptType(file('person.ts'), 'Person', { style: generationStyle });
  t.ok(grammar.test('{"name":"Ada","role":"admin"}'));
  t.ok(grammar.test('{"name":"Ada","role":"user","mail":null}'));
  t.notOk(grammar.test('{"name":"Ada","role":"guest"}'));
  t.notOk(grammar.test('{"name":"Ada", "role":"admin"}'), 'the style holds');
  t.notOk(
    grammar.test('{"name":null,"role":"admin"}'),
    'null is in no type by itself, whatever the project says',
  );
});

t.test('its schema', async (t) => {
  t.same(jsonSchemaOfType(file('role.ts'), 'Role'), {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    enum: ['admin', 'user'],
  });
});

t.test('names and files that are not there', async (t) => {
  const near = grammaskError(() => jsonSchemaOfType(file('role.ts'), 'Roles'), 'ARGUMENT');
  t.match(near.hint, /did you mean Role\?/);
  t.match(near.message, /role\.ts exports no type "Roles"/);
  t.match(
    grammaskError(() => jsonSchemaOfType(file('person.ts'), 'notAType'), 'ARGUMENT').message,
    /as a value/,
  );
  t.match(grammaskError(() => jsonSchemaOfType(file('script.ts'), 'A'), 'ARGUMENT').hint, /export/);
  for (const name of ['nowhere.ts', 'notes.txt', '.']) {
    t.match(grammaskError(() => jsonSchemaOfType(file(name), 'A'), 'ARGUMENT').message, /no TypeScript file/);
  }
  t.match(grammaskError(() => jsonSchemaOfType(1 as unknown as string, 'A'), 'ARGUMENT').message, /`file`/);
  const options = { root: 'A' } as TypeOptions;
  t.match(
    grammaskError(() => jsonSchemaOfType(file('role.ts'), 'Role', options), 'ARGUMENT').message,
    /\broot\b/,
  );
});

t.test('errors of the file and of what it imports', async (t) => {
  for (const [name, type, place, message] of [
    ['broken.ts', 'A', '2:6', /broken\.ts:2:6: TypeScript finds an error \(TS2304\): .*Nowhere/],
    ['syntax.ts', 'A', '1:1', /syntax\.ts:1:1: TypeScript finds an error/],
    ['imports-broken.ts', 'B', '2:6', /broken\.ts:2:6: .*Nowhere/],
  ] as const) {
    const error = grammaskError(() => jsonSchemaOfType(file(name), type), 'SYNTAX');
    t.match(error.message, message);
    t.equal(placeOf(error), place);
    t.match(error.hint, /tsc/);
  }
  const options = { tsconfig: file('bad-tsconfig.json') };
  const error = grammaskError(() => jsonSchemaOfType(file('role.ts'), 'Role', options), 'ARGUMENT');
  t.match(error.message, /bad-tsconfig\.json: .*target/);
});

t.test('without the package typescript', async (t) => {
  const missing = grammaskError(
    () =>
      loadTypeScript(() => {
        throw new Error('Cannot find module');
      }),
    'ARGUMENT',
  );
  t.match(missing.hint, /npm install typescript/);
  t.match(grammaskError(() => loadTypeScript(() => ({ version: '9' })), 'ARGUMENT').hint, /typescript@5/);
});
