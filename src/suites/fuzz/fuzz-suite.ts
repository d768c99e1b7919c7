import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Grammar } from '../../engine/grammar.js';
import { GrammaskError } from '../../errors.js';
import { createRandom } from '../../generate/random.js';
import { readSuiteGrammar } from '../run.js';
import { fuzzFolderOf, type Suite } from '../suite.js';
import { type ByteGrammar, createByteGrammar } from './generator.js';
import type { Judge } from './judge.js';
import { mutate } from './mutate.js';
import { selfDisagreement } from './self-agreement.js';
import { shrink } from './shrink.js';
import { type TextForm, textFormOf } from './text-form.js';

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  readonly judge: Judge | undefined;
  readonly timeoutMs: number;
  readonly jobs: number | undefined;
  readonly signal: AbortSignal;
}

/** A text on which somebody disagrees, as small as it could be made. */
export interface Finding {
  /** For people: bytes that are no characters as `\xC3`. */
  readonly text: string;
  readonly what: string;
  /** The file that keeps it. */
  readonly path: string;
}

export interface FuzzResult {
  /** Texts that were tried. */
  readonly texts: number;
  readonly findings: readonly Finding[];
  readonly undecided: number;
  /** Why no text could be tried. */
  readonly problem?: string;
}

/** More are mostly the same again. */
const MAX_FINDINGS = 10;
const SHRINK_BUDGET = 400;
/** Texts of a suite that mutations begin with, at most. */
const MAX_POOL = 1000;

/**
 * Tries random texts of a grammar and changed texts, and keeps those on which the judge disagrees with the grammar; without
 * a judge, those on which the engine disagrees with itself. The same seed gives the same texts.
 */
export async function fuzzSuite(suite: Suite, options: FuzzOptions): Promise<FuzzResult> {
  const { count, seed, judge, timeoutMs, signal } = options;
  const grammar = readSuiteGrammar(suite.grammar);
  let ways: ByteGrammar;
  try {
    ways = createByteGrammar(grammar, timeoutMs);
  } catch (error) {
    if (!GrammaskError.isInstance(error)) throw error;
    return { texts: 0, findings: [], undecided: 0, problem: error.message };
  }
  const form = textFormOf(grammar);
  const disagreement = judgeOf(grammar, form, ways, judge);
  const random = createRandom(seed);
  const pool = acceptedTexts(suite, form);
  const kept = keptTexts(suite, form);
  const found = new Map<string, Finding>();
  let [texts, undecided] = [0, 0];

  function nextText(): string {
    const again = kept[texts];
    if (again !== undefined) return again;
    const drawn = texts % 2 === 0 || pool.length === 0 ? ways.randomText(random) : undefined;
    if (drawn !== undefined) {
      const text = form.fromBytes(drawn);
      if (pool.length < MAX_POOL) pool.push(text);
      return text;
    }
    return mutate(pool[Math.floor(random() * pool.length)] ?? '', pool, random);
  }

  async function tryText(text: string): Promise<void> {
    try {
      const what = await disagreement(text);
      if (what === undefined || found.size >= MAX_FINDINGS) return;
      const small = await shrink(
        text,
        async (smaller) => (await disagreement(smaller)) === what,
        SHRINK_BUDGET,
      );
      found.set(small, { text: form.shown(small), what, path: keep(suite, form.toBytes(small)) });
    } catch (error) {
      if (!GrammaskError.isInstance(error) || (error.code !== 'DEADLINE' && error.code !== 'MEMORY'))
        throw error;
      undecided += 1;
    }
  }

  // Side by side only where other processes judge.
  const width = judge === undefined ? 1 : (options.jobs ?? availableParallelism());
  const total = kept.length + count;
  while (texts < total && found.size < MAX_FINDINGS && !signal.aborted) {
    const batch: string[] = [];
    for (; batch.length < width && texts < total; texts++) batch.push(nextText());
    await Promise.all(batch.map(tryText));
    // So that an interrupt is heard.
    if (texts % 64 < width) await new Promise((done) => setImmediate(done));
  }
  return { texts, findings: [...found.values()], undecided };
}

type Disagreement = (text: string) => Promise<string | undefined>;

function judgeOf(
  grammar: Grammar,
  form: TextForm,
  ways: ByteGrammar,
  judge: Judge | undefined,
): Disagreement {
  if (judge === undefined) return async (text) => selfDisagreement(grammar, ways, form.toBytes(text));
  return async (text) => {
    const accepted = grammar.test(form.toBytes(text));
    if (accepted === (await judge(form.forJudge(text)))) return undefined;
    return accepted
      ? 'the grammar accepts and the judge rejects'
      : 'the grammar rejects and the judge accepts';
  };
}

function acceptedTexts({ cases }: Suite, form: TextForm): string[] {
  const texts: string[] = [];
  for (const { verdict, text } of cases) {
    if (verdict !== 'accept' || texts.length >= MAX_POOL) continue;
    texts.push(form.fromBytes('path' in text ? readFileSync(text.path) : text.bytes));
  }
  return texts;
}

/** What earlier runs found. */
function keptTexts(suite: Suite, form: TextForm): string[] {
  const folder = fuzzFolderOf(suite);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return names.sort().map((name) => form.fromBytes(readFileSync(join(folder, name))));
}

function keep(suite: Suite, text: Uint8Array): string {
  const folder = fuzzFolderOf(suite);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${createHash('sha256').update(text).digest('hex').slice(0, 8)}.txt`);
  writeFileSync(path, text);
  return path;
}
