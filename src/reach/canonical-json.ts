// JSON values in the one way in which outcomes are written, so that equal values are equal texts: numbers exactly, at any size and
// precision, members in the order of their names, no white space. JavaScript's own numbers would make one of 2^53 and 2^53 + 1.
import { GrammaskError } from '../errors.js';
import { createBuildBudget } from '../frontends/build-budget.js';
import { canonicalDecimal } from '../frontends/json-schema/decimal.js';
import { jsonFromJs } from '../frontends/json-schema/json-from-js.js';
import { parseJsonText } from '../frontends/json-schema/json-text.js';
import type { JsonScalar, JsonValue } from '../frontends/json-schema/json-value.js';
import type { Outcome } from './outcome.js';

/** @throws GrammaskError `UNSUPPORTED` for what is no JSON: a grammar of the user's may write such answers */
export function canonicalJson(text: string): Outcome {
  try {
    return jsonTextOf(parseJsonText(text, createBuildBudget()));
  } catch (cause) {
    throw new GrammaskError('UNSUPPORTED', `an answer has a field that is not JSON: ${text.slice(0, 60)}`, {
      hint: '`field` is for answers that are JSON; without it the whole answer is looked at',
      cause,
    });
  }
}

/** The same of a JavaScript value, whose big integers may be of type bigint. `SCHEMA` for what JSON cannot write. */
export function canonicalOfValue(value: unknown): Outcome {
  if (typeof value === 'bigint') return canonicalJson(String(value));
  return jsonTextOf(jsonFromJs(value, createBuildBudget()));
}

/** Members are in the order of their names. Nothing recurses. */
export function jsonTextOf(root: JsonValue): Outcome {
  let text = '';
  // What is still to be written, the next thing last.
  const left: (string | JsonValue)[] = [root];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next === 'string') text += next;
    else if (next.kind === 'array') {
      const items = next.items.flatMap((item, index) => (index === 0 ? [item] : [',', item]));
      left.push(']', ...items.reverse(), '[');
    } else if (next.kind === 'object') {
      const members = [...next.members].sort(([a], [b]) => (a < b ? -1 : 1));
      left.push('}');
      for (const [index, [name, value]] of members.reverse().entries()) {
        const isFirst = index === members.length - 1;
        left.push(value, `${isFirst ? '' : ','}${JSON.stringify(name)}:`);
      }
      left.push('{');
    } else text += scalarText(next);
  }
  return text;
}

function scalarText(scalar: JsonScalar): string {
  switch (scalar.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(scalar.value);
    case 'string':
      return JSON.stringify(scalar.value);
    case 'number':
      return numberText(scalar.text);
  }
}

/** As ECMAScript's Number::toString (ECMA-262, 6.1.6.1.20) prints a number, at any size and precision; never −0. */
function numberText(text: string): string {
  const decimal = canonicalDecimal(text);
  // An exponent of more than 15 digits: as it is written.
  if (decimal === null) return text.toLowerCase();
  const [, sign = '', digits = '', power] = /^(-?)(\d+)e(-?\d+)$/.exec(decimal) ?? [];
  // Where the point stands: behind so many digits.
  const point = digits.length + Number(power);
  if (digits.length <= point && point <= 21) return sign + digits + '0'.repeat(point - digits.length);
  if (0 < point && point <= 21) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  if (-6 < point && point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const fraction = digits.length === 1 ? '' : `.${digits.slice(1)}`;
  return `${sign}${digits.slice(0, 1)}${fraction}e${point > 0 ? '+' : '-'}${Math.abs(point - 1)}`;
}
