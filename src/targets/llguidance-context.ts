import type { BuildBudget } from '../frontends/build-budget.js';
import { ANY, type Schema, type SchemaContext } from './llguidance-schema.js';
import type { FindingSink } from './target-report.js';

const MAX_SIZE = 50_000;

/** Ends the compilation: llguidance refuses the schema, and what follows cannot be told. */
export class Refusal extends Error {}

/** What the operations on schemas need; what llguidance refuses on the way goes to the sink. */
export function createSchemaContext(
  definitions: ReadonlyMap<string, Schema>,
  sink: FindingSink,
  budget: BuildBudget,
): SchemaContext {
  let size = 0;
  return {
    increment() {
      budget.step();
      size += 1;
      if (size <= MAX_SIZE) return;
      sink.add(
        '',
        '',
        'refused',
        `the schema comes to more than ${MAX_SIZE} nodes when its parts are merged`,
      );
      throw new Refusal();
    },
    definition: (uri, at) => {
      const found = definitions.get(uri);
      if (found !== undefined) return found;
      const message = 'a cycle of references in which each one has keywords beside it is refused';
      sink.add(at, '$ref', 'refused', message, 'move the keywords beside $ref into an allOf branch');
      return ANY;
    },
    checkPatterns(at, patterns) {
      if (patterns.length < 2) return;
      for (const [i, a] of patterns.entries()) {
        for (const b of patterns.slice(i + 1)) {
          if (!mayOverlap(a, b)) continue;
          const message = `the patterns /${a}/ and /${b}/ of one object can match the same name`;
          sink.add(at, 'patternProperties', 'refused', message, 'make the patterns disjoint');
        }
      }
    },
    matches(pattern, name) {
      try {
        return new RegExp(pattern, 'u').test(name);
      } catch {
        return false;
      }
    },
    tooDeep(at) {
      sink.add(at, '', 'refused', 'merging these schemas nests more than 128 levels');
      throw new Refusal();
    },
  };
}

/**
 * Whether two patterns can match one name, as far as texts drawn from the patterns themselves tell: what is not shown to
 * overlap counts as disjoint.
 */
function mayOverlap(a: string, b: string): boolean {
  try {
    const [x, y] = [new RegExp(a, 'u'), new RegExp(b, 'u')];
    const plain = (pattern: string): string => pattern.replace(/^\^|\$$/g, '').replace(/\\(.)/g, '$1');
    const texts = [
      '',
      'a',
      'A',
      '0',
      'ab',
      'a0',
      '_',
      '-',
      plain(a),
      plain(b),
      plain(a) + plain(b),
      plain(b) + plain(a),
    ];
    return texts.some((text) => x.test(text) && y.test(text));
  } catch {
    return false;
  }
}
