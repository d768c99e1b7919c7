import { decimalOf, digitsOf } from '../oracle/decimal.js';
import type { JsonTree } from '../oracle/json-tree.js';
import { type Draft, isFrom } from '../oracle/schema-documents.js';

/** A pair of a schema and a text, as it was made. */
export interface Pair {
  readonly draft: Draft;
  readonly schema: JsonTree;
  readonly instance: JsonTree;
}

/** Pairs about which ajv is not asked. The naive validator, which counts exactly, judges these. */
export interface AjvDifference {
  readonly name: string;
  readonly reason: string;
  applies(pair: Pair): boolean;
}

/** Each class was written down with its reason before the comparison ran; outside of them, ajv is right. */
export const AJV_DIFFERENCES: readonly AjvDifference[] = [
  {
    name: 'siblings of $ref in draft 7 and below',
    reason: 'these drafts ignore what stands beside $ref; ajv counts it since version 8',
    applies: ({ draft, schema }) =>
      !isFrom(draft, '2019-09') &&
      anywhere(schema, (tree) => {
        const names = tree.kind === 'object' ? tree.members.map(([name]) => name) : [];
        return names.includes('$ref') && names.some((name) => name !== '$ref' && name !== 'definitions');
      }),
  },
  {
    name: 'numbers that doubles do not keep apart',
    reason: 'ajv reads numbers as doubles: beyond 2^53 neighbours are one number, and remainders are rounded',
    applies: ({ schema, instance }) => anywhere(schema, isLarge) || anywhere(instance, isLarge),
  },
  {
    name: 'multiples of fractions',
    reason: 'ajv divides doubles: 0.45 / 0.15 is not 3 there',
    applies: ({ schema, instance }) =>
      operands(schema, 'multipleOf').length > 0 &&
      (anywhere(schema, isFraction) || anywhere(instance, isFraction)),
  },
  {
    name: 'unevaluated members and items beside `if`',
    reason:
      'to ajv, what a failing `if` has looked at is evaluated, and what an `if` alone has looked at is not',
    applies: ({ schema }) =>
      operands(schema, 'if').length > 0 &&
      operands(schema, 'unevaluatedProperties').length + operands(schema, 'unevaluatedItems').length > 0,
  },
  {
    name: 'unevaluated members and items beside `oneOf`',
    reason: 'the code that ajv makes there forgets what the one branch has looked at, or ends in a TypeError',
    applies: ({ schema }) =>
      operands(schema, 'oneOf').length > 0 &&
      operands(schema, 'unevaluatedProperties').length + operands(schema, 'unevaluatedItems').length > 0,
  },
  {
    name: 'unevaluated members beside `anyOf` and `patternProperties`',
    reason: 'the code that ajv makes there ends in a TypeError where the first branch looks at no member',
    applies: ({ schema }) =>
      operands(schema, 'anyOf').length > 0 &&
      operands(schema, 'patternProperties').length > 0 &&
      operands(schema, 'unevaluatedProperties').length > 0,
  },
  {
    name: 'unevaluated items beside `contains`',
    reason: 'to ajv, `contains` has looked at every item, in 2019-09 too, where it should look at none',
    applies: ({ schema }) =>
      operands(schema, 'contains').length > 0 && operands(schema, 'unevaluatedItems').length > 0,
  },
  {
    name: 'unevaluated items beside `anyOf`',
    reason: 'of several branches that hold, ajv counts only what the first has looked at',
    applies: ({ schema }) =>
      operands(schema, 'anyOf').length > 0 && operands(schema, 'unevaluatedItems').length > 0,
  },
  {
    name: 'an empty array under `contains`',
    reason: 'in a loop over items, ajv keeps for an empty one what `contains` said of the array before it',
    applies: ({ schema, instance }) =>
      operands(schema, 'contains').length > 0 &&
      anywhere(instance, (tree) => tree.kind === 'array' && tree.items.length === 0),
  },
  {
    name: '$dynamicRef',
    reason:
      'ajv knows only the dynamic anchors that it has passed on its way; for others it takes the schema itself',
    applies: ({ schema }) => operands(schema, '$dynamicRef').length > 0,
  },
  {
    name: 'an array shorter than a list of schemas for the first items',
    reason: 'ajv skips the other keywords for an empty one, and forgets that `contains` failed for others',
    applies: ({ schema, instance }) => {
      const lists = [...operands(schema, 'prefixItems'), ...operands(schema, 'items')];
      const longest = Math.max(0, ...lists.map((list) => (list.kind === 'array' ? list.items.length : 0)));
      return anywhere(instance, (tree) => tree.kind === 'array' && tree.items.length < longest);
    },
  },
  {
    name: 'the name __proto__',
    reason: 'ajv leaves it out of properties, patternProperties and dependencies on purpose',
    applies: ({ schema, instance }) => names(schema, '__proto__') || names(instance, '__proto__'),
  },
  {
    name: 'equality of objects with a member `constructor`',
    reason: 'ajv takes the member for the class of the object, so that no two such objects are equal',
    applies: ({ schema, instance }) => names(schema, 'constructor') || names(instance, 'constructor'),
  },
  {
    name: 'a required member without a name',
    reason: 'ajv does not see that a required member named "" is missing',
    applies: ({ schema }) =>
      ['required', 'dependentRequired', 'dependencies'].some((keyword) =>
        operands(schema, keyword).some((operand) =>
          anywhere(operand, (tree) => tree.kind === 'string' && tree.value === ''),
        ),
      ),
  },
];

/** The first class that a pair belongs to. */
export function ajvDifference(pair: Pair): AjvDifference | undefined {
  return AJV_DIFFERENCES.find((each) => each.applies(pair));
}

/** Whether something in a value is so. */
function anywhere(tree: JsonTree, is: (part: JsonTree) => boolean): boolean {
  if (is(tree)) return true;
  if (tree.kind === 'array') return tree.items.some((item) => anywhere(item, is));
  return tree.kind === 'object' && tree.members.some(([, member]) => anywhere(member, is));
}

/** What a keyword says, wherever it stands. */
function operands(schema: JsonTree, keyword: string): JsonTree[] {
  const found: JsonTree[] = [];
  anywhere(schema, (tree) => {
    if (tree.kind === 'object')
      for (const [name, member] of tree.members) if (name === keyword) found.push(member);
    return false;
  });
  return found;
}

function names(tree: JsonTree, name: string): boolean {
  return anywhere(
    tree,
    (part) =>
      (part.kind === 'object' && part.members.some(([other]) => other === name)) ||
      (part.kind === 'string' && part.value === name),
  );
}

function isLarge(tree: JsonTree): boolean {
  if (tree.kind !== 'number') return false;
  const { digits, position } = digitsOf(decimalOf(tree.text));
  return digits.length > 15 || position > 15n || position < -15n;
}

function isFraction(tree: JsonTree): boolean {
  if (tree.kind !== 'number') return false;
  const { digits, position } = digitsOf(decimalOf(tree.text));
  return BigInt(digits.length) > position;
}
