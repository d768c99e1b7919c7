import { Compiler } from '../../src/index.js';
import { seededRandom } from '../support/seeded-random.js';
import { compareLanguage, newCoverage } from './compare.js';
import type { FiniteSpec } from './finite-language.js';
import type { LanguageSpec } from './language-spec.js';
import type { TestVocabulary } from './test-vocabulary.js';
import type { Universe } from './universe.js';

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
  if (spec.kind === 'finite') {
    yield* smallerFinite(spec);
  } else if (spec.kind === 'schema') {
    yield* smallerForms(spec);
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

/** The same with one thing less said about the form, or in a plainer style. */
function* smallerForms<T extends FiniteSpec | (LanguageSpec & { kind: 'schema' })>(spec: T): Generator<T> {
  if (spec.guidance === undefined) return;
  for (const name of Object.keys(spec.guidance))
    if (spec.guidance[name as keyof typeof spec.guidance] !== undefined)
      yield { ...spec, guidance: { ...spec.guidance, [name]: undefined } };
}

function* smallerFinite(spec: FiniteSpec): Generator<FiniteSpec> {
  const { universe, schema, wrap } = spec;
  if (wrap !== 'allOf') yield { ...spec, wrap: 'allOf' };
  const { root, definitions } = schema;
  if (definitions.length > 0 && !`${root}${definitions}`.includes('/d')) {
    yield { ...spec, schema: { ...schema, definitions: [] } };
  }
  for (const text of smallerSchemas(root)) yield { ...spec, schema: { ...schema, root: text } };
  for (const [index, definition] of definitions.entries()) {
    for (const text of smallerSchemas(definition)) {
      yield { ...spec, schema: { ...schema, definitions: definitions.with(index, text) } };
    }
  }
  for (const other of smallerUniverses(universe)) yield { ...spec, universe: other };
  yield* smallerForms(spec);
  if (spec.guidance === undefined && JSON.stringify(spec.style) !== JSON.stringify(SIMPLE))
    yield { ...spec, style: SIMPLE };
}

const SIMPLE = { whitespace: 'compact', keyOrder: 'any', spelling: 'canonical' } as const;

function* smallerSchemas(text: string): Generator<string> {
  for (const value of smallerValues(JSON.parse(text))) {
    if (
      typeof value === 'boolean' ||
      (typeof value === 'object' && value !== null && !Array.isArray(value))
    ) {
      yield JSON.stringify(value);
    }
  }
}

function* smallerUniverses(universe: Universe): Generator<Universe> {
  switch (universe.kind) {
    case 'scalars':
      if (universe.values.length < 2 || universe.schema !== undefined) return;
      for (const value of universe.values) {
        yield { kind: 'scalars', values: universe.values.filter((other) => other !== value) };
      }
      return;
    case 'union':
      yield* universe.parts;
      for (const [index, part] of universe.parts.entries()) {
        for (const other of smallerUniverses(part)) {
          yield { ...universe, parts: universe.parts.with(index, other) };
        }
      }
      return;
    case 'array':
      if (universe.rest !== null) yield universe.rest;
      if (universe.rest !== null && universe.max > Math.max(1, universe.prefix.length)) {
        yield { ...universe, max: universe.max - 1 };
      }
      if (universe.min > 0) yield { ...universe, min: universe.min - 1 };
      for (const other of universe.rest === null ? [] : smallerUniverses(universe.rest)) {
        yield { ...universe, rest: other };
      }
      for (const [index, part] of universe.prefix.entries()) {
        for (const other of smallerUniverses(part)) {
          yield { ...universe, prefix: universe.prefix.with(index, other) };
        }
      }
      return;
    case 'object': {
      const { members, required } = universe;
      yield* members.map(([, inner]) => inner);
      if (universe.closing !== 'properties') yield { ...universe, closing: 'properties' };
      if (required.length > 0) yield { ...universe, required: required.slice(1) };
      for (const [index, [name, inner]] of members.entries()) {
        const others = members.filter((_, other) => other !== index);
        if (others.length > 0) {
          yield { ...universe, members: others, required: required.filter((other) => other !== name) };
        }
        for (const other of smallerUniverses(inner)) {
          yield { ...universe, members: members.with(index, [name, other]) };
        }
      }
    }
  }
}
