import type { SchemaRecord } from '../program-builder.js';
import { TypeBits } from '../program-format.js';
import type { SchemaTexts } from './schema-texts.js';

export type ObjectRecord = SchemaRecord & { readonly tag: 'object' };
export type ArrayRecord = SchemaRecord & { readonly tag: 'array' };

/** What objects or arrays have to satisfy together. */
export interface Shape {
  readonly objects: readonly ObjectRecord[];
  readonly arrays: readonly ArrayRecord[];
}

const MAX_SHAPES = 64;

interface Open {
  readonly pending: readonly number[];
  readonly objects: readonly ObjectRecord[];
  readonly arrays: readonly ArrayRecord[];
}

/**
 * The objects (or arrays) of a node as a list of shapes, of which any may hold: parts of `allOf` are joined, branches
 * become shapes. `refuse` makes the error for what has no such list.
 */
export function shapesOf(
  texts: SchemaTexts,
  node: number,
  type: typeof TypeBits.object | typeof TypeBits.array,
  refuse: (what: string) => Error,
): readonly Shape[] {
  const mayBe = (of: number): boolean => (texts.kinds(of) & type) !== 0;
  const shapes: Shape[] = [];
  const work: Open[] = [{ pending: [node], objects: [], arrays: [] }];
  for (let open = work.pop(); open !== undefined; open = work.pop()) {
    if (work.length + shapes.length > MAX_SHAPES)
      throw refuse(`more than ${MAX_SHAPES} combinations of branches`);
    const [next, ...pending] = open.pending;
    if (next === undefined) {
      shapes.push(open);
      continue;
    }
    if (!mayBe(next)) continue;
    const objects = [...open.objects];
    const arrays = [...open.arrays];
    let branches: readonly (readonly number[])[] = [[]];
    for (const record of texts.records(next)) {
      switch (record.tag) {
        case 'object':
          if (type === TypeBits.object) objects.push(record);
          break;
        case 'array':
          if (type === TypeBits.array) arrays.push(record);
          break;
        case 'contains':
          if (type === TypeBits.array) throw refuse('`contains`');
          break;
        case 'allOf':
          branches = branches.map((branch) => [...branch, ...record.nodes]);
          break;
        case 'oneOf':
        case 'anyOf': {
          const possible = record.nodes.filter(mayBe);
          if (record.tag === 'oneOf' && possible.length > 1) {
            throw refuse('`oneOf` with several branches for one type');
          }
          branches = branches.flatMap((branch) => possible.map((part) => [...branch, part]));
          if (branches.length > MAX_SHAPES) throw refuse(`more than ${MAX_SHAPES} combinations of branches`);
          break;
        }
        case 'not':
          if (mayBe(record.node)) throw refuse('`not`, or what is lowered to it,');
          break;
        default:
          break;
      }
    }
    // Pushed in reverse: the first branch is taken first, so names keep their order.
    for (const branch of [...branches].reverse())
      work.push({ pending: [...branch, ...pending], objects, arrays });
  }
  return shapes;
}
