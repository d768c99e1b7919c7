import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import t from 'tap';
import { Compiler, Grammar } from '../../src/index.js';
import { isAllowed, largeTestVocabulary } from '../differential/test-vocabulary.js';
import { seededRandom } from '../support/seeded-random.js';

/** The built-in grammars through the masks of a vocabulary of 100,000 tokens: the same verdicts as through bytes. */

const full = process.env.GRAMMASK_TEST_FULL === '1';
const skip = full ? false : 'masks of a large vocabulary are for full runs (npm run test:full)';
const folder = new URL('../../grammars/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => /\.(?:abnf|ebnf)$/.test(file))
  .map((file) => basename(file, extname(file)));
const TOKEN_BYTES = 24;

t.test('masks agree with the bytes', { skip, timeout: 900_000 }, async (t) => {
  const { engine: vocabulary, tokens, stopTokens } = largeTestVocabulary('cl100k_base');
  const [stop] = stopTokens as [number];
  const idOf = new Map<string, number>();
  tokens.forEach((bytes, id) => {
    if (bytes !== null && bytes.length > 0) idOf.set(Buffer.from(bytes).toString('latin1'), id);
  });
  const compiler = new Compiler(vocabulary);
  const random = seededRandom(12);

  for (const name of names) {
    t.test(name, async (t) => {
      const grammar = Grammar.builtin(name);
      const matcher = compiler.compileSync(grammar).matcher();
      const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
      const differences: string[] = [];
      let compared = 0;

      /** Whether the masks lead through a text, by the longest tokens. */
      const passes = (bytes: Buffer): boolean => {
        matcher.reset();
        for (let at = 0; ; ) {
          matcher.fillMask(mask);
          if (at === bytes.length) return isAllowed(mask, stop);
          if (random.chance(0.02)) compare(bytes.subarray(0, at));
          let length = TOKEN_BYTES;
          while (length > 1 && !idOf.has(bytes.toString('latin1', at, at + length))) length -= 1;
          const id = idOf.get(bytes.toString('latin1', at, at + length)) as number;
          if (!isAllowed(mask, id)) {
            if (matcher.accept(id)) differences.push(`${name}: accepts token ${id} against the mask`);
            return false;
          }
          if (!matcher.accept(id)) differences.push(`${name}: refuses token ${id} against the mask`);
          at = Math.min(at + length, bytes.length);
        }
      };
      /** The mask behind a text, token by token, against the bytes of text and token. */
      const compare = (before: Buffer): void => {
        compared += 1;
        for (let n = 0; n < 400; n++) {
          const id = random.below(tokens.length);
          const bytes = tokens[id] ?? null;
          if (bytes === null || bytes.length === 0) continue;
          const viable = grammar.testPrefix(Buffer.concat([before, bytes]));
          if (viable !== isAllowed(mask, id))
            differences.push(`${name}: token ${id} behind ${before.toString()}`);
        }
      };

      matcher.fillMask(mask);
      compare(Buffer.alloc(0));
      for (const verdict of ['accept', 'reject'] as const) {
        const place = new URL(`${name}/${verdict}/`, folder);
        for (const file of readdirSync(place)) {
          if (passes(readFileSync(new URL(file, place))) !== (verdict === 'accept')) {
            differences.push(`${name}/${verdict}/${file}`);
          }
        }
      }
      t.same(differences, []);
      t.comment(`${compared} masks compared with bytes, ${matcher.stats.masks} masks`);
    });
  }
});
