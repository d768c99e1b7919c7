import { generationStyle, type JsonStyle } from '../../src/index.js';
import type { Draft } from '../oracle/schema-documents.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { type FiniteSpec, fittingValues, namesInOrder, WRAPS } from './finite-language.js';
import { randomFullSchema } from './random-full-schema.js';
import { randomUniverse } from './random-universe.js';
import { isOrdered, universeValues } from './universe.js';

const DRAFTS: readonly Draft[] = ['2020-12', '2020-12', '2020-12', '2019-09', '7', '7', '6', '4'];
const PLAIN: JsonStyle = { whitespace: 'compact', keyOrder: 'any', spelling: 'canonical' };

/** A random finite language: a schema out of all keywords, asked for together with a small universe. */
export function randomFinite(random: SeededRandom): FiniteSpec {
  const universe = randomUniverse(random);
  let style = randomStyle(random);
  if (goesByNames(style) && !isOrdered(universe)) style = PLAIN;
  // Draft 4 asks how an integer is spelled; values alone do not tell.
  const drafts = style?.spelling === 'canonical' ? DRAFTS : DRAFTS.filter((draft) => draft !== '4');
  const draft = random.pick(drafts);
  const wraps = WRAPS.filter(
    (wrap) =>
      (namesInOrder(wrap) || !goesByNames(style)) && (wrap !== 'if' || (draft !== '4' && draft !== '6')),
  );
  const wrap = random.chance(0.6) ? 'allOf' : random.pick(wraps);
  let spec: FiniteSpec;
  let tries = 0;
  do {
    const schema = randomFullSchema(random, { draft, universe });
    spec = { kind: 'finite', universe, schema, wrap, style };
    tries += 1;
  } while (tries < 4 && !decidesSomething(spec));
  return spec;
}

function randomStyle(random: SeededRandom): JsonStyle | undefined {
  const kind = random.below(10);
  if (kind < 5) return PLAIN;
  if (kind < 7) return undefined;
  if (kind < 8) return { whitespace: random.pick(['inside', 'compact']) };
  if (kind < 9) return { spelling: 'canonical' };
  return generationStyle;
}

function goesByNames(style: JsonStyle | undefined): boolean {
  return style?.keyOrder === 'schema' || style?.undeclared === 'forbid';
}

/** Whether some values of the universe fit and others do not: all else is seldom of interest. */
function decidesSomething(spec: FiniteSpec): boolean {
  try {
    const fitting = fittingValues(spec).length;
    return fitting > 0 && fitting < universeValues(spec.universe).length;
  } catch {
    // Too large to be tried: the comparison counts it.
    return true;
  }
}
