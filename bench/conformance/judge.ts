// Whether a drawn text is valid. ajv is asked first. Where it says no, the text must be in one of the classes below, in which
// ajv does not do what the drafts say, and a validator with exact numbers must say yes.
//
// siblings-of-$ref        drafts 4 to 7 do not look at what stands beside `$ref`; ajv does. Put right before ajv sees the
//                         schema, except where a reference leads into one of the siblings, which ajv then does not find.
// numbers                 a number in the text or in the schema is not exactly a double, such as integers beyond 2^53; ajv
//                         rounds. `multipleOf` of fractions is among it: ajv divides doubles.
// draft-4-integers        in draft 4 `1.0` is no integer; ajv sees the number 1. It matters below `not` and `oneOf`.
// formats                 ajv-formats is stricter or laxer than the RFC, or the format is not one of its; the text is valid with
//                         formats as annotations.
// unreadable              ajv does not compile the schema: two places with one `$id`, a reference that it does not find, a
//                         pattern that is none in its reading.
import { naiveValidator, type Validator } from '../../test/oracle/validator.js';
import { type AjvJudge, ajvJudge } from './ajv-judge.js';
import { type Draft, draftOf } from './data.js';
import { readRawJson } from './raw-json.js';

/** In which ways ajv differs from the drafts. */
export type AjvDifference = 'numbers' | 'draft-4-integers' | 'formats' | 'unreadable';

export type Judgement =
  | { readonly valid: true; readonly difference?: AjvDifference; readonly detail?: string }
  | { readonly valid: false; readonly reason: string };

export interface Judge {
  judge(text: string): Judgement;
}

/** @param draft where the schema names none */
export function createJudge(schema: string, draft: Draft): Judge {
  const dialect = draftOf(schema) ?? draft;
  const ajv: AjvJudge | string = ajvJudge(schema, dialect);
  const schemaIsPlain = hasOnlyPlainNumbers(schema);
  let naive: Validator | string | undefined;

  function isExactlyValid(text: string): boolean | string {
    if (naive === undefined) {
      try {
        naive = naiveValidator(schema, { draft });
      } catch (error) {
        naive = `the exact validator cannot read the schema: ${String(error)}`;
      }
    }
    if (typeof naive === 'string') return naive;
    try {
      return naive.text(text);
    } catch (error) {
      return `the exact validator: ${String(error)}`;
    }
  }

  /** The class must explain ajv's answer, and the exact validator must take the text. */
  function inClass(difference: AjvDifference, detail: string, text: string): Judgement {
    const exact = isExactlyValid(text);
    if (exact === true) return { valid: true, difference, detail };
    return {
      valid: false,
      reason: `${detail}; ${exact === false ? 'the exact validator says no too' : exact}`,
    };
  }

  return {
    judge(text) {
      try {
        readRawJson(text);
      } catch (error) {
        return { valid: false, reason: String(error) };
      }
      if (typeof ajv === 'string') return inClass('unreadable', ajv, text);
      const errors = ajv.errors(text);
      if (errors.length === 0) return { valid: true };
      const detail = errors.map(({ message }) => message).join('; ');
      if (
        !schemaIsPlain ||
        !hasOnlyPlainNumbers(text) ||
        errors.some(({ keyword }) => keyword === 'multipleOf')
      ) {
        return inClass('numbers', detail, text);
      }
      if (dialect === '4' && hasFractionOfZero(text)) return inClass('draft-4-integers', detail, text);
      if (ajv.isValidWithoutFormats(text)) return inClass('formats', detail, text);
      return { valid: false, reason: `ajv: ${detail}` };
    },
  };
}

const STRING = /"(?:[^"\\]|\\.)*"/gs;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

function numbersOf(text: string): string[] {
  return text.replace(STRING, '""').match(NUMBER) ?? [];
}

/** Whether every number of a text keeps its value as a double. */
export function hasOnlyPlainNumbers(text: string): boolean {
  return numbersOf(text).every((number) => {
    const [digits = '', exponent = '0'] = number.toLowerCase().split('e');
    const significant = digits.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
    return significant.length <= 15 && Math.abs(Number(exponent)) <= 200 && digits.length <= 60;
  });
}

/** Whether a number is written with a point or an exponent, and is an integer all the same. */
function hasFractionOfZero(text: string): boolean {
  return numbersOf(text).some((number) => /[.eE]/.test(number) && Number.isInteger(Number(number)));
}
