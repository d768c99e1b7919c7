import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { holeGrammar } from '../../../src/repair/hole/hole-grammar.js';
import { packageSources, programSources, programsMissing, type Sources } from './sources.js';

/**
 * A hole refuses no valid text: every line of files that compile, taken out, fits where it was, and with it all of its
 * prefixes. In the ordinary run every so many lines; in the full one, all of the programs and of five packages, and a fifth of the two that
 * are larger than all others together.
 */

const full = process.env.GRAMMASK_TEST_FULL === '1';
const timeout = full ? 7_200_000 : 300_000;
t.setTimeout(timeout);

interface Count {
  lines: number;
  prefixes: number;
  readonly refused: string[];
}

async function refusedLines({ files }: Sources, step: number): Promise<Count> {
  const count: Count = { lines: 0, prefixes: 0, refused: [] };
  let index = 0;
  for (const { name, text } of files) {
    let start = 0;
    for (const [at, line] of text.split('\n').entries()) {
      const end = start + line.length;
      if (index++ % step === 0) {
        const { grammar, recovered } = holeGrammar(text.slice(0, start), text.slice(end), { slots: false });
        const { accepted, validBytes } = grammar.explain(line);
        // What a grammar holds in C++ is let go of between two rounds of the event loop.
        if (count.lines % 32 === 0) await setImmediate();
        count.lines += 1;
        count.prefixes += Buffer.byteLength(line) + 1;
        if (!accepted || recovered.length > 0) {
          const place = `${name}:${at + 1}`;
          count.refused.push(`${place}: ${line.slice(0, validBytes)} <here> ${line.slice(validBytes)}`);
        }
      }
      start = end + 1;
    }
  }
  return count;
}

const programs = programSources();
t.test('lines of programs', { timeout, skip: programs === undefined && programsMissing }, async (t) => {
  const { lines, prefixes, refused } = await refusedLines(programs as Sources, full ? 1 : 83);
  t.comment(`${lines} lines, ${prefixes} prefixes`);
  t.ok(lines > 20);
  t.same(refused, []);
});

t.test('lines of packages', { timeout }, async (t) => {
  for (const sources of packageSources()) {
    const size = sources.files.reduce((sum, { text }) => sum + text.length, 0);
    const { lines, prefixes, refused } = await refusedLines(sources, full ? (size > 150_000 ? 5 : 1) : 1999);
    t.comment(`${sources.name}: ${lines} lines, ${prefixes} prefixes`);
    t.same(refused, [], sources.name);
  }
});

t.test('lines of packages as several lines', { timeout }, async (t) => {
  for (const { name, files } of packageSources().slice(0, full ? undefined : 1)) {
    const refused: string[] = [];
    files.slice(0, full ? undefined : 4).forEach(({ name: file, text }, index) => {
      // From a line of the file to one further down.
      const lines = text.split('\n');
      const from = (index * 37) % lines.length;
      const part = lines.slice(from, from + 12).join('\n');
      const start = lines.slice(0, from).join('\n').length + (from > 0 ? 1 : 0);
      const { grammar } = holeGrammar(text.slice(0, start), text.slice(start + part.length), {
        mode: 'lines',
        slots: false,
      });
      const { accepted, validBytes } = grammar.explain(part);
      if (!accepted) refused.push(`${file}:${from + 1}: ${part.slice(0, validBytes)} <here>`);
    });
    t.same(refused, [], name);
  }
});
