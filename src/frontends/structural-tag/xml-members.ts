import type { ProgramBuilder } from '../program-builder.js';
import type { SchemaTexts } from './schema-texts.js';
import type { ObjectRecord } from './xml-shapes.js';

/** A member of an object: a declared name, and whether it must come; what its value satisfies. */
export interface DeclaredMember {
  readonly name: string;
  readonly required: boolean;
}

/** One way to read a name: under which patterns it falls, and the node of its value then. */
export interface NameCase {
  /** Expression of the names of this case, to be intersected with the name. undefined: every name. */
  readonly names: number | undefined;
  readonly node: number;
}

export interface ObjectMembers {
  readonly declared: readonly DeclaredMember[];
  /** The cases of a declared name. */
  casesOf(name: string): readonly NameCase[];
  /** The cases of the names that are not declared; none where they are off. */
  readonly undeclared: readonly NameCase[];
  readonly minimum: number;
  readonly maximum: number | undefined;
}

const MAX_PATTERNS = 3;

/** The members of objects that satisfy all of some records. */
export function membersOf(
  builder: ProgramBuilder,
  texts: SchemaTexts,
  objects: readonly ObjectRecord[],
  options: {
    readonly text: (string: number) => string;
    /** Undeclared members are off, unless a record says what they are. */
    readonly closed: boolean;
    readonly refuse: (what: string) => Error;
  },
): ObjectMembers {
  const names = new Map<number, { required: boolean }>();
  const patterns = objects.flatMap((record) =>
    (record.patterns ?? []).map(([expr, node]) => ({ record, expr, node })),
  );
  if (patterns.length > MAX_PATTERNS) throw options.refuse(`more than ${MAX_PATTERNS} \`patternProperties\``);
  let minimum = 0;
  let maximum: number | undefined;
  for (const record of objects) {
    for (const [name] of record.properties ?? []) if (!names.has(name)) names.set(name, { required: false });
    minimum = Math.max(minimum, record.minProperties ?? 0);
    if (record.maxProperties !== undefined)
      maximum = Math.min(maximum ?? record.maxProperties, record.maxProperties);
  }
  for (const record of objects) {
    for (const name of record.required ?? []) {
      const known = names.get(name);
      if (known === undefined) names.set(name, { required: true });
      else known.required = true;
    }
  }
  const nameNodes = objects.flatMap(({ names: node }) => (node === undefined ? [] : [texts.strings(node)]));
  const isOpen = !options.closed || objects.some(({ additionalIsSchema }) => additionalIsSchema === true);

  /** The cases of a name that is a property of some records: each set of patterns that it may match. */
  function cases(ofName: number | undefined): NameCase[] {
    const result: NameCase[] = [];
    for (let chosen = 0; chosen < 2 ** patterns.length; chosen++) {
      builder.step();
      const matched = patterns.filter((_, index) => (chosen >> index) % 2 === 1);
      const isUndeclared = ofName === undefined && matched.length === 0;
      if (isUndeclared && !isOpen) continue;
      const nodes = matched.map(({ node }) => node);
      for (const record of objects) {
        const own = record.properties?.find(([name]) => name === ofName);
        if (own !== undefined) nodes.push(own[1]);
        else if (record.additional !== undefined && !matched.some((pattern) => pattern.record === record)) {
          nodes.push(record.additional);
        }
      }
      const exprs = patterns.map(({ expr }, index) =>
        (chosen >> index) % 2 === 1 ? expr : builder.complement(expr),
      );
      const all = [...nameNodes, ...exprs];
      result.push({ names: all.length === 0 ? undefined : builder.intersect(all), node: texts.and(nodes) });
    }
    return result;
  }

  const byText = new Map(
    [...names].map(([index, { required }]) => [options.text(index), { index, required }]),
  );
  return {
    declared: [...byText].map(([name, { required }]) => ({ name, required })),
    casesOf: (name) => cases(byText.get(name)?.index),
    undeclared: cases(undefined),
    minimum,
    maximum,
  };
}
