// A reader of JSON that keeps what JSON.parse loses: how a value was written. It shares nothing with the package.

/** A value as it stands in a text. */
export interface RawJson {
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'literal';
  /** The value's own text, white space inside it included. */
  readonly text: string;
  /** Members of an object, in order. */
  readonly members: readonly { readonly name: string; readonly value: RawJson }[];
  /** Items of an array. */
  readonly items: readonly RawJson[];
}

const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)|(true|false|null))/y;

/**
 * Reads a text that is one JSON value.
 *
 * @throws SyntaxError for what is no JSON by RFC 8259, and for a member name that occurs twice
 */
export function readRawJson(text: string): RawJson {
  let at = 0;
  let tokenStart = 0;

  function next(): RegExpExecArray {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`no JSON at character ${at}`);
    at = TOKEN.lastIndex;
    tokenStart = at - (match[1] ?? match[2] ?? match[3] ?? match[4] ?? '').length;
    return match;
  }

  function unexpected(): never {
    throw new SyntaxError(`unexpected ${text.slice(tokenStart, at)} at character ${tokenStart}`);
  }

  function value(token: RegExpExecArray): RawJson {
    const start = tokenStart;
    if (token[1] === '{')
      return { ...empty, kind: 'object', members: members(), text: text.slice(start, at) };
    if (token[1] === '[') return { ...empty, kind: 'array', items: items(), text: text.slice(start, at) };
    if (token[2] !== undefined) return { ...empty, kind: 'string', text: token[2] };
    if (token[3] !== undefined) return { ...empty, kind: 'number', text: token[3] };
    if (token[4] !== undefined) return { ...empty, kind: 'literal', text: token[4] };
    return unexpected();
  }

  function members(): RawJson['members'] {
    const found: { name: string; value: RawJson }[] = [];
    const names = new Set<string>();
    let token = next();
    if (token[1] === '}') return found;
    for (;;) {
      if (token[2] === undefined) unexpected();
      const name = JSON.parse(token[2]) as string;
      if (names.has(name)) throw new SyntaxError(`the member name ${token[2]} occurs twice`);
      names.add(name);
      if (next()[1] !== ':') unexpected();
      found.push({ name, value: value(next()) });
      token = next();
      if (token[1] === '}') return found;
      if (token[1] !== ',') unexpected();
      token = next();
    }
  }

  function items(): readonly RawJson[] {
    const found: RawJson[] = [];
    let token = next();
    if (token[1] === ']') return found;
    for (;;) {
      found.push(value(token));
      token = next();
      if (token[1] === ']') return found;
      if (token[1] !== ',') unexpected();
      token = next();
    }
  }

  const whole = value(next());
  if (/[^ \t\n\r]/.test(text.slice(at))) throw new SyntaxError(`more text at character ${at}`);
  return whole;
}

const empty = { members: [], items: [] } as const;

/** The member of that name. */
export function rawMember(object: RawJson, name: string): RawJson | undefined {
  return object.members.find((member) => member.name === name)?.value;
}
