import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { TOOL_FAMILIES } from '../../src/frontends/structural-tag/families/index.js';
import { FORMAT_NAMES } from '../../src/frontends/structural-tag/formats.js';
import { XML_STYLES } from '../../src/frontends/structural-tag/xml-styles.js';
import { Grammar } from '../../src/index.js';

/** The examples of docs/structural-tags.md, run as they stand, and the completeness of its tables. */

const page = readFileSync(new URL('../../docs/structural-tags.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);

t.equal(examples.length, 7, 'seven examples');
examples.forEach((code, index) => {
  t.test(`example ${index + 1}`, async () => {
    new Function('Grammar', 'assert', code)(Grammar, assert);
  });
});

t.test('every format, style and family stands in a table', async (t) => {
  for (const name of [...FORMAT_NAMES, ...XML_STYLES.keys(), ...TOOL_FAMILIES.keys()]) {
    t.ok(new RegExp(`^\\| .*\`${name}\`.*\\|`, 'm').test(page), name);
  }
});
