// The tests of the shop: node test.mjs PATH_OF_TYPESCRIPT
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const ts = createRequire(import.meta.url)(process.argv[2]);
const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
mkdirSync('build', { recursive: true });
for (const name of readdirSync('src')) {
  const { outputText } = ts.transpileModule(readFileSync(`src/${name}`, 'utf8'), { compilerOptions });
  writeFileSync(`build/${name.replace(/ts$/, 'js')}`, outputText);
}
const { Cart } = await import('./build/cart.js');
const { Catalog } = await import('./build/catalog.js');

const catalog = new Catalog();
catalog.add({ id: 'tea', title: 'Tea', price: 450, stock: 3 });
catalog.add({ id: 'cup', title: 'Cup', price: 900, stock: 8 });
catalog.add({ id: 'pot', title: 'Pot', price: 2500, stock: 0 });
assert.deepEqual(
  catalog.available().map(({ id }) => id),
  ['tea', 'cup'],
);
const cart = new Cart(catalog);
cart.add('tea', 2);
cart.add('cup');
assert.equal(cart.total(), 1800);
assert.equal(cart.discounted(10), 1620);
assert.throws(() => cart.add('tea', 4), /only 3 of Tea are left/);
assert.throws(() => cart.add('jar'), /there is no product jar/);
console.log('all tests pass');
