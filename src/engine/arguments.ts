import { GrammaskError } from '../errors.js';

/** The error of a bad argument: "expected X for `y` but received Z". */
export function expected(what: string, name: string, received: unknown): GrammaskError {
  return new GrammaskError('ARGUMENT', `expected ${what} for \`${name}\` but received ${describe(received)}`);
}

/** A value in a few words, for a message. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > 40 ? `a string of ${value.length} characters` : `'${value}'`;
    case 'symbol':
      return 'a symbol';
    case 'function':
      return 'a function';
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) return 'an array';
      const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
      if (typeof name !== 'string' || name === '' || name === 'Object') return 'an object';
      return /^[AEIOU]/.test(name) && !/^U(?:int|RL)/.test(name) ? `an ${name}` : `a ${name}`;
    }
    default:
      return String(value);
  }
}

/** The options themselves, or none. `ARGUMENT` for what is no object, and for an option that does not exist. */
export function checkOptions<T extends object>(options: T | undefined, known: readonly string[]): Partial<T> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw expected('an object', 'options', options);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !known.includes(name)) {
      throw new GrammaskError('ARGUMENT', `there is no option \`${name}\``, {
        hint: known.length === 0 ? 'there are no options here' : `the options are ${known.join(', ')}`,
      });
    }
  }
  return options;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Where an ill-formed UTF-16 string has its first half of a surrogate pair; −1 where it is well-formed. */
export function illFormedAt(text: string): number {
  return text.search(LONE_SURROGATE);
}

/** The error of an object that only this package makes. */
export function notConstructible(name: string, how: string): GrammaskError {
  return new GrammaskError('ARGUMENT', `a ${name} cannot be constructed`, { hint: how });
}
