import type { ProgramBuilder, SchemaStyle } from '../program-builder.js';
import { TypeBits } from '../program-format.js';
import { regexToExpr } from '../regex/regex-to-expr.js';
import { freeText } from './free-text.js';
import type { RuleBody, TagRules } from './rule-body.js';
import { createSchemaTexts, type SchemaTexts } from './schema-texts.js';
import type { InsertedSchema } from './tag-schemas.js';
import { membersOf, type NameCase, type ObjectMembers } from './xml-members.js';
import { type ArrayRecord, shapesOf } from './xml-shapes.js';
import { UNNAMED_OPEN, writtenName, type XmlForm, type XmlStyle } from './xml-styles.js';

export interface XmlOptions {
  readonly style: XmlStyle;
  readonly schemaStyle: SchemaStyle;
  readonly maxWhitespace: number | undefined;
  /** The offset of an error of a repetition. */
  readonly offset: number;
  readonly refuse: (what: string) => Error;
}

const MAX_ANY_ORDER = 10;
const MAX_COUNTED = 64;

/** The parameters of a tool call, as tags: the rule of the objects that a schema validates. */
export function xmlParameters(rules: TagRules, schema: InsertedSchema, options: XmlOptions): number {
  const { builder } = rules;
  const texts = createSchemaTexts(builder, schema.records);
  const known = new Map<string, number>();
  const work: (() => void)[] = [];

  /** The rule of the members of objects, or of the items of arrays. It is filled when its turn comes. */
  const containerRule = (node: number, kind: 'members' | 'items'): number => {
    const key = `${kind} ${node}`;
    let rule = known.get(key);
    if (rule === undefined) {
      rule = rules.reserve(kind);
      known.set(key, rule);
      const own = rule;
      work.push(() => {
        const body = rules.body();
        const writer = createWriter({ rules, body, texts, options, containerRule });
        rules.set(own, body, kind === 'members' ? writer.members(node, schema.names) : writer.items(node));
      });
    }
    return rule;
  };

  if ((texts.kinds(schema.root) & TypeBits.object) === 0) throw options.refuse('a schema without objects');
  const root = containerRule(schema.root, 'members');
  for (let fill = work.pop(); fill !== undefined; fill = work.pop()) fill();
  return root;
}

interface WriterContext {
  readonly rules: TagRules;
  readonly body: RuleBody;
  readonly texts: SchemaTexts;
  readonly options: XmlOptions;
  readonly containerRule: (node: number, kind: 'members' | 'items') => number;
}

function createWriter({ rules, body, texts, options, containerRule }: WriterContext) {
  const { builder } = rules;
  const { style, schemaStyle, refuse, offset } = options;
  const space = body.expr(whiteSpace(builder, options));
  const none = body.expr(builder.epsilon());
  const never = body.expr(builder.empty());
  const closeTag = body.literal(style.close);
  const closed = schemaStyle.undeclared === 'forbid';

  /** A value and what closes it, behind the opening. */
  function value(form: XmlForm, node: number): number {
    const kinds = texts.kinds(node);
    if (form.body === 'raw') {
      const content = builder.intersect([texts.strings(node), freeText(rules, [style.close])]);
      return body.concat([body.expr(content), closeTag]);
    }
    if (form.body === 'members') return body.concat([body.rule(containerRule(node, 'members')), closeTag]);
    if (form.body === 'items') return body.concat([body.rule(containerRule(node, 'items')), closeTag]);
    const inForm = (kinds & ~form.types) === 0 ? node : texts.ofTypes(node, form.types);
    const json = body.symbol({ kind: 'schema', root: builder.schemaRoot(inForm, schemaStyle) });
    // JSON text of the style `any` has its own white space, and that of the style `inside` has none around it.
    const { whitespace = 'any' } = schemaStyle;
    const around = whitespace === 'any' || whitespace === 'inside' ? none : space;
    return body.concat([around, json, around, closeTag]);
  }

  /** The forms of a value, each with what opens it. */
  function valueForms(node: number, open: (form: XmlForm) => number): number {
    const kinds = texts.kinds(node);
    const forms = style.forms.filter(({ types, onlyOpen }) => {
      const kind = types === TypeBits.integer ? TypeBits.number : types;
      return (kinds & kind) !== 0 && (onlyOpen !== true || kinds !== TypeBits.number);
    });
    return body.union(forms.map((form) => body.concat([open(form), value(form, node)])));
  }

  /** A parameter, for each case of its name. */
  function parameter(nameOf: (names: number | undefined) => number, cases: readonly NameCase[]): number {
    return body.union(
      cases.map(({ names, node }) => {
        const before = body.concat([body.literal(style.beforeName), nameOf(names)]);
        const written = valueForms(node, (form) =>
          style.valueOpen === undefined
            ? body.literal(form.behindName)
            : body.concat([body.literal(form.behindName), space, body.literal(style.valueOpen)]),
        );
        return body.concat([before, written]);
      }),
    );
  }

  function declared(name: string, cases: readonly NameCase[]): number {
    const written = writtenName(style, name);
    return parameter((names) => {
      if (names === undefined) return body.literal(written);
      if (written !== name) throw refuse(`a pattern of names beside the name ${JSON.stringify(name)}`);
      return body.expr(builder.intersect([builder.literal(name), names]));
    }, cases);
  }

  function undeclared({ declared: known, undeclared: cases }: ObjectMembers): number {
    const form = regexToExpr(builder, style.undeclaredName, { mode: 'full' });
    const taken = builder.union(known.map(({ name }) => builder.literal(writtenName(style, name))));
    const free = builder.intersect([form, builder.complement(taken)]);
    const plain = regexToExpr(builder, '[^\\u0000"&<>]+', { mode: 'full' });
    return parameter((names) => {
      if (names === undefined) return body.expr(free);
      // A pattern is one of names, not of how they are written.
      return body.expr(builder.intersect(style.escapes.size === 0 ? [free, names] : [free, names, plain]));
    }, cases);
  }

  function members(node: number, names: ReadonlyMap<number, string>): number {
    const shapes = shapesOf(texts, node, TypeBits.object, refuse);
    return body.union(
      shapes.map(({ objects }) => {
        const all = membersOf(builder, texts, objects, {
          text: (index) => names.get(index) as string,
          closed,
          refuse,
        });
        return body.concat([space, schemaStyle.keyOrder === 'schema' ? inOrder(all) : inAnyOrder(all)]);
      }),
    );
  }

  const spaced = (part: number): number => body.concat([part, space]);

  function inOrder(all: ObjectMembers): number {
    const { declared: known, minimum, maximum } = all;
    const parts = known.map(({ name }) => spaced(declared(name, all.casesOf(name))));
    const isOpen = all.undeclared.length > 0;
    const more = isOpen ? spaced(undeclared(all)) : never;
    const required = known.filter((member) => member.required).length;
    if (minimum <= required && (maximum === undefined || (!isOpen && maximum >= known.length))) {
      const sequence = parts.map((part, index) => (known[index]?.required ? part : body.union([none, part])));
      if (isOpen) sequence.push(body.repeat(more, 0, undefined, offset));
      return body.concat(sequence);
    }
    if (known.length > MAX_COUNTED) {
      throw refuse(`bounds on the number of members beside more than ${MAX_COUNTED} properties`);
    }
    // after[count]: what may follow when so many members have come, from the last member to the first.
    let after: number[] = [];
    for (let count = 0; count <= known.length; count++)
      after.push(rest(more, isOpen, count, minimum, maximum));
    for (let index = known.length - 1; index >= 0; index--) {
      const before: number[] = [];
      for (let count = 0; count <= index; count++) {
        const taken = body.concat([parts[index] as number, after[count + 1] as number]);
        before.push(known[index]?.required ? taken : body.union([taken, after[count] as number]));
      }
      after = before;
    }
    return after[0] as number;
  }

  function rest(
    more: number,
    isOpen: boolean,
    count: number,
    minimum: number,
    maximum: number | undefined,
  ): number {
    if (maximum !== undefined && count > maximum) return never;
    const least = Math.max(0, minimum - count);
    if (!isOpen) return least === 0 ? none : never;
    return body.repeat(more, least, maximum === undefined ? undefined : maximum - count, offset);
  }

  function inAnyOrder(all: ObjectMembers): number {
    const { declared: known, minimum, maximum } = all;
    const isOpen = all.undeclared.length > 0;
    if (known.length > MAX_ANY_ORDER) throw refuse(`any order of more than ${MAX_ANY_ORDER} properties`);
    if (isOpen && (minimum > 0 || maximum !== undefined)) {
      throw refuse('any order beside a bound on the number of members');
    }
    const parts = known.map(({ name }) => spaced(declared(name, all.casesOf(name))));
    const more = isOpen ? body.repeat(spaced(undeclared(all)), 0, undefined, offset) : none;
    const required = known.reduce((bits, member, index) => (member.required ? bits | (1 << index) : bits), 0);
    // By the set of members that have come, the full one first.
    const after: number[] = [];
    for (let seen = 2 ** known.length - 1; seen >= 0; seen--) {
      const count = bitCount(seen);
      const ways: number[] = [];
      if ((seen & required) === required && count >= minimum && (maximum === undefined || count <= maximum)) {
        ways.push(none);
      }
      for (let index = 0; index < known.length; index++) {
        if (((seen >> index) & 1) === 1) continue;
        ways.push(body.concat([parts[index] as number, after[seen | (1 << index)] as number]));
      }
      after[seen] = body.concat([more, body.union(ways)]);
    }
    return after[0] as number;
  }

  function items(node: number): number {
    const open = (form: XmlForm): number => body.literal(`${UNNAMED_OPEN}${form.unnamed ?? ''}`);
    const item = (nodes: readonly number[]): number => valueForms(texts.and(nodes), open);
    return body.union(
      shapesOf(texts, node, TypeBits.array, refuse).map(({ arrays }) => itemsOf(arrays, item)),
    );
  }

  function itemsOf(arrays: readonly ArrayRecord[], item: (nodes: readonly number[]) => number): number {
    if (arrays.some(({ uniqueItems }) => uniqueItems)) throw refuse('`uniqueItems`');
    const first = Math.max(0, ...arrays.map(({ prefixItems = [] }) => prefixItems.length));
    const minimum = Math.max(0, ...arrays.map(({ minItems = 0 }) => minItems));
    const bounds = arrays.flatMap(({ maxItems }) => (maxItems === undefined ? [] : [maxItems]));
    const maximum = bounds.length === 0 ? undefined : Math.min(...bounds);
    const at = (index: number): number =>
      item(arrays.flatMap(({ prefixItems = [], items: further }) => prefixItems[index] ?? further ?? []));
    let tail: number = rest(at(first), true, first, minimum, maximum);
    for (let index = first - 1; index >= 0; index--) {
      const taken = maximum !== undefined && index >= maximum ? never : body.concat([at(index), tail]);
      tail = index >= minimum ? body.union([none, taken]) : taken;
    }
    return tail;
  }

  return { members, items };
}

function whiteSpace(builder: ProgramBuilder, { maxWhitespace, schemaStyle }: XmlOptions): number {
  if (schemaStyle.whitespace === 'compact') return builder.epsilon();
  const space = builder.charSet([
    [9, 10],
    [32, 32],
  ]);
  return builder.repeat(space, 0, maxWhitespace);
}

function bitCount(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}
