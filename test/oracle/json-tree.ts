/** A JSON text as it is written: members in order, numbers as text. */
export type JsonTree =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonTree[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, JsonTree])[] };

export type JsonTreeObject = Extract<JsonTree, { kind: 'object' }>;

/** Reads a text that is known to be JSON. */
export function readJsonTree(text: string): JsonTree {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? [];
  let at = 0;
  function value(): JsonTree {
    const token = tokens[at++] as string;
    if (token === '{') {
      const members: [string, JsonTree][] = [];
      while (tokens[at] !== '}') {
        if (tokens[at] === ',') at += 1;
        const name = JSON.parse(tokens[at] as string) as string;
        at += 2;
        members.push([name, value()]);
      }
      at += 1;
      return { kind: 'object', members };
    }
    if (token === '[') {
      const items: JsonTree[] = [];
      while (tokens[at] !== ']') {
        if (tokens[at] === ',') at += 1;
        items.push(value());
      }
      at += 1;
      return { kind: 'array', items };
    }
    if (token.startsWith('"')) return { kind: 'string', value: JSON.parse(token) as string };
    if (token === 'null') return { kind: 'null' };
    if (token === 'true' || token === 'false') return { kind: 'boolean', value: token === 'true' };
    return { kind: 'number', text: token };
  }
  return value();
}

export function memberOf(object: JsonTreeObject, name: string): JsonTree | undefined {
  return object.members.find(([key]) => key === name)?.[1];
}
