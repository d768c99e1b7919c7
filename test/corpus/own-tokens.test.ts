import t from 'tap';
import { defaultMaskBenchFile, readMaskBench, skipMaskBench } from '../../bench/conformance/data.js';
import { type CompiledGrammar, Compiler, Grammar, GrammaskError, Vocabulary } from '../../src/index.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';
import { full, timeout } from './corpus-engine.js';

t.setTimeout(timeout);

t.test(
  'masks say what accept does, over tokens cut from the texts of each schema',
  { skip: skipMaskBench, timeout },
  async (t) => {
    const random = seededRandom(5);
    const counts = { schemas: 0, masks: 0, tokens: 0 };
    const differences: string[] = [];
    const step = full ? 12 : 120;
    const cases = readMaskBench(defaultMaskBenchFile).filter((_, index) => index % step === 11);
    for (const { name, schema, instances } of cases) {
      const grammar = grammarOf(schema);
      const texts = instances.map(({ text }) => text).filter((text) => text.length <= 4_000);
      if (grammar === null || texts.length === 0) continue;
      counts.schemas += 1;
      const tokens = tokensOf(texts, 600, random);
      const vocabulary = Vocabulary.fromTokens([...tokens, null], { stopTokens: [tokens.length] });
      const compiler = new Compiler(vocabulary);
      const compiled = compiler.compileSync(grammar);
      // The second time masks come from the caches, for other texts that went before.
      for (let round = 0; round < 2 && differences.length < 5; round++) {
        for (const text of texts) {
          const difference = compare(compiled, tokens, text, random, counts);
          if (difference !== null) differences.push(`${name}: ${difference}`);
        }
      }
      compiler.dispose();
    }
    t.comment(JSON.stringify(counts));
    t.same(differences, []);
    t.ok(counts.masks > 0);
  },
);

function grammarOf(schema: unknown): Grammar | null {
  try {
    return Grammar.jsonSchema(schema as object);
  } catch (error) {
    if (error instanceof GrammaskError) return null;
    throw error;
  }
}

/** Single bytes, and pieces of the texts: of any length, across names and values, some with escapes or other white space. */
function tokensOf(texts: readonly string[], count: number, random: SeededRandom): Uint8Array[] {
  const pieces = new Map<string, Uint8Array>();
  const add = (bytes: Uint8Array) => pieces.set(Buffer.from(bytes).toString('latin1'), bytes);
  for (let byte = 0; byte < 256; byte++) add(Uint8Array.of(byte));
  for (let i = 0; i < count; i++) {
    const text = Buffer.from(random.pick(texts));
    const at = random.below(text.length);
    let piece = text.subarray(at, at + 1 + random.below(random.chance(0.1) ? 60 : 14)).toString('latin1');
    if (random.chance(0.3)) piece = piece.replace(/[a-z]/g, (c) => (random.chance(0.2) ? escaped(c) : c));
    if (random.chance(0.3))
      piece = piece.replace(/([,:{[])|([}\]])/g, (c) => (random.chance(0.5) ? `${c} ` : ` ${c}`));
    // Names that were written, once more.
    if (random.chance(0.1)) piece += `,${piece}`;
    add(Buffer.from(piece, 'latin1'));
  }
  return [...pieces.values()];
}

function escaped(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function compare(
  compiled: CompiledGrammar,
  tokens: readonly Uint8Array[],
  text: string,
  random: SeededRandom,
  counts: { masks: number; tokens: number },
): string | null {
  const matcher = compiled.matcher();
  const mask = new Int32Array(Math.ceil((tokens.length + 1) / 32));
  const bytes = Buffer.from(text);
  const chance = Math.min(1, 60 / bytes.length);
  for (let at = 0; at <= bytes.length; at++) {
    if (random.chance(chance)) {
      matcher.fillMask(mask);
      counts.masks += 1;
      counts.tokens += tokens.length;
      for (const [token, piece] of tokens.entries()) {
        const allowed = ((mask[token >> 5] as number) & (1 << (token & 31))) !== 0;
        const accepted = matcher.accept(token);
        if (accepted) matcher.rollback(1);
        if (allowed === accepted) continue;
        const where = JSON.stringify(bytes.subarray(0, at).toString());
        matcher.dispose();
        return `${JSON.stringify(Buffer.from(piece).toString())} behind ${where}: the mask says ${allowed}, accept ${accepted}`;
      }
    }
    if (at < bytes.length && !matcher.acceptBytes(bytes.subarray(at, at + 1))) break;
  }
  matcher.dispose();
  return null;
}
