import type { JsonStyle } from '../../src/index.js';
import { finiteMachine } from '../oracle/finite-machine.js';
import type { JsonTree } from '../oracle/json-tree.js';
import type { Machine } from '../oracle/machine.js';
import { naiveValidator } from '../oracle/validator.js';
import { type Guidance, oracleEscapes, oracleGaps } from './guidance.js';
import { documentOf, type FullSchema } from './random-full-schema.js';
import { type Universe, universeSchema, universeValues } from './universe.js';

/** How a universe and a schema about it are asked for together. Each means "both". */
export const WRAPS = ['allOf', 'reversed', 'references', 'siblings', 'if', 'not', 'oneOf'] as const;
export type Wrap = (typeof WRAPS)[number];

/** The values of a universe that fit a schema, in a style. */
export interface FiniteSpec {
  readonly kind: 'finite';
  readonly universe: Universe;
  readonly schema: FullSchema;
  readonly wrap: Wrap;
  readonly style?: JsonStyle | undefined;
  /** In a grammar: instead of a style. */
  readonly guidance?: Guidance | undefined;
}

/** Whether the universe is what names the members first, at every place. */
export function namesInOrder(wrap: Wrap): boolean {
  return wrap === 'allOf' || wrap === 'references' || wrap === 'siblings';
}

/** The schema's text. */
export function finiteDocument({ universe, schema, wrap }: FiniteSpec): string {
  const { draft, root, definitions } = schema;
  const all = universeSchema(universe, draft);
  const defs = draft === '4' || draft === '6' || draft === '7' ? 'definitions' : '$defs';
  const together = (text: string, more: readonly string[] = []): string =>
    documentOf({ draft, root: text, definitions: [...definitions, ...more] });
  switch (wrap) {
    case 'allOf':
      return together(`{"allOf":[${all},${root}]}`);
    case 'reversed':
      return together(`{"allOf":[${root},${all}]}`);
    case 'references': {
      const [u, s] = [definitions.length, definitions.length + 1];
      return together(`{"allOf":[{"$ref":"#/${defs}/d${u}"},{"$ref":"#/${defs}/d${s}"}]}`, [all, root]);
    }
    case 'siblings':
      return together(`{${all.slice(1, -1)},"allOf":[${root}]}`);
    case 'if':
      return together(`{"if":${all},"then":${root},"else":false}`);
    case 'not':
      return together(`{"not":{"anyOf":[{"not":${all}},{"not":${root}}]}}`);
    case 'oneOf':
      return together(`{"oneOf":[{"not":{}},{"allOf":[${all},${root}]}]}`);
  }
}

/** All values of the universe are tried: none else can fit. */
export function fittingValues(spec: FiniteSpec): JsonTree[] {
  const { tree } = naiveValidator(finiteDocument(spec), { draft: spec.schema.draft });
  return universeValues(spec.universe).filter(tree);
}

export function finiteLanguage(spec: FiniteSpec): Machine {
  const { guidance } = spec;
  return finiteMachine(fittingValues(spec), {
    space: guidance ? oracleGaps(guidance) : oracleSpace(spec.style),
    escapes: guidance && oracleEscapes(guidance),
    ordered: spec.style?.keyOrder === 'schema',
    canonical: spec.style?.spelling === 'canonical',
  });
}

export function oracleSpace(style: JsonStyle | undefined): 'any' | 'inside' | 'none' {
  switch (style?.whitespace) {
    case 'inside':
      return 'inside';
    case 'compact':
      return 'none';
    default:
      return 'any';
  }
}
