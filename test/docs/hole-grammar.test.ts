import { readFileSync } from 'node:fs';
import t from 'tap';
import { holeGrammar } from '../../src/repair/hole/hole-grammar.js';

/** The table of docs/hole-grammar.md: what it says a hole takes and refuses is so. */

const page = readFileSync(new URL('../../docs/hole-grammar.md', import.meta.url), 'utf8');

/** The spans of code of a cell, as Markdown delimits them. */
function spans(cell: string): string[] {
  return Array.from(cell.matchAll(/(`+)(.+?)\1(?!`)/g), ([, , text = '']) => text);
}

t.test('what holes take and refuse', async (t) => {
  const section = page.slice(page.indexOf('## What it takes'), page.indexOf('## How it works'));
  const rows = section.split('\n').filter((line) => line.includes('⟨⟩') && line.startsWith('|'));
  t.equal(rows.length, 9);
  for (const row of rows) {
    const [file = '', takes = '', refuses = ''] = row.slice(2).split(' | ');
    const text = (spans(file)[0] ?? '').replaceAll('⏎', '\n');
    const at = text.indexOf('⟨⟩');
    const { grammar, recovered } = holeGrammar(text.slice(0, at), text.slice(at + 2), { slots: false });
    t.same(recovered, [], text);
    t.ok(spans(takes).length > 0 && spans(refuses).length > 0);
    for (const hole of spans(takes)) t.ok(grammar.test(hole), `${text} takes ${hole}`);
    for (const hole of spans(refuses)) t.notOk(grammar.test(hole), `${text} refuses ${hole}`);
  }
});
