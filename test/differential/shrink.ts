import { Compiler } from '../../src/index.js';
import { seededRandom } from '../support/seeded-random.js';
import { compareLanguage, newCoverage } from './compare.js';
import type { LanguageSpec } from './language-spec.js';
import type { TestVocabulary } from './test-vocabulary.js';

/** A smaller language that still shows a difference, and what it shows. */
export function shrunk(spec: LanguageSpec, vocabulary: TestVocabulary): string {
  const compiler = new Compiler(vocabulary.engine);
  const throws = (text: string): boolean => text.includes('the engine threw');
  const failing = (candidate: LanguageSpec): string | undefined => {
    const coverage = newCoverage();
    try {
      const random = seededRandom(1);
      compareLanguage(candidate, coverage, {
        compiler,
        vocabulary,
        random,
        limit: 60,
        length: 12,
        accepts: 200,
      });
    } catch {
      return undefined;
    }
    return coverage.differences[0];
  };
  let best = spec;
  let shown = failing(spec);
  if (shown === undefined) return 'not seen again from the start of another walk';
  for (let tries = 0, better = true; better && tries < 400; ) {
    better = false;
    for (const candidate of smaller(best)) {
      tries += 1;
      const found = failing(candidate);
      if (found === undefined || throws(found) !== throws(shown)) continue;
      [best, shown, better] = [candidate, found, true];
      break;
    }
  }
  compiler.dispose();
  return shown;
}

function* smaller(spec: LanguageSpec): Generator<LanguageSpec> {
  if (spec.kind === 'schema') {
    for (const value of smallerValues(JSON.parse(spec.text))) {
      if (typeof value === 'object' || typeof value === 'boolean')
        yield { ...spec, text: JSON.stringify(value) };
    }
  } else if (spec.kind === 'ebnf') {
    for (const [part] of spec.text.matchAll(/ \| [^|\n]*| [^ |\n]+(?= )/g)) {
      yield { ...spec, text: spec.text.replace(part, '') };
    }
  } else if (spec.kind === 'regex') {
    for (let at = 0; at < spec.pattern.length; at++) {
      yield { ...spec, pattern: spec.pattern.slice(0, at) + spec.pattern.slice(at + 1) };
    }
  } else if (spec.kind === 'union' || spec.kind === 'concat') {
    yield* spec.parts;
    for (const [index, part] of spec.parts.entries()) {
      for (const other of smaller(part)) yield { ...spec, parts: spec.parts.with(index, other) };
    }
  }
}

/** The value with a part of it left out, or with one of its parts in its place. */
function* smallerValues(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  const parts = Object.values(value);
  yield* parts.filter((part) => typeof part === 'object');
  for (const [key, part] of Object.entries(value)) {
    if (Array.isArray(value)) {
      if (value.length > 1) yield value.filter((_, index) => index !== Number(key));
      for (const other of smallerValues(part)) yield value.with(Number(key), other);
    } else {
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
      for (const other of smallerValues(part)) yield { ...value, [key]: other };
    }
  }
}
