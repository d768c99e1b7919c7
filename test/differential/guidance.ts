import type { OracleSpelling } from '../oracle/json-character.js';
import { gapsOf, type OracleGaps } from '../oracle/json-gaps.js';
import type { SeededRandom } from '../support/seeded-random.js';

/** What an `x-guidance` says about the form of a JSON text; patterns are such that Rust and ECMAScript read alike. */
export interface Guidance {
  readonly whitespace_pattern?: string | undefined;
  readonly whitespace_flexible?: boolean | undefined;
  readonly item_separator?: string | undefined;
  readonly key_separator?: string | undefined;
  readonly json_allowed_escapes?: string | undefined;
  readonly json_allow_general_unicode_escapes?: boolean | undefined;
}

/** The schema with its `x-guidance`, in a grammar. */
export function larkText(schema: string, guidance: Guidance): string {
  const object = schema.startsWith('{') ? schema : `{"allOf":[${schema}]}`;
  const rest = object.slice(1);
  return `start: %json {"x-guidance":${JSON.stringify(guidance)}${rest === '}' ? '' : ','}${rest}`;
}

export function oracleGaps(guidance: Guidance): OracleGaps {
  const { whitespace_pattern, whitespace_flexible = true, item_separator, key_separator } = guidance;
  const white = whitespace_pattern ?? (whitespace_flexible ? '[ \\t\\r\\n]+' : '');
  return gapsOf(white, item_separator ?? ',', key_separator ?? ':');
}

export function oracleEscapes(guidance: Guidance): OracleSpelling {
  const { json_allowed_escapes: letters, json_allow_general_unicode_escapes: general = false } = guidance;
  return letters === undefined ? false : { letters, general };
}

const NOTHING = '[^\\s\\S]';
const WHITE = [
  ' ?',
  ' ',
  ' {2}',
  '[ \\t\\r\\n]+',
  '[ \\t\\r\\n]{1,2}',
  '\\n? ?',
  '(?:#[ab]*\\n)?',
  '[0-9 ]*',
  '"',
  '["a]*',
  NOTHING,
  '',
  'é',
  '\\]',
  '[,:]*',
  ' |\\n\\n',
  '(?:ab|a)*',
];
const ITEM = [
  ',',
  ', ',
  ' ?, ?',
  ';',
  ';?',
  '',
  '[ ,]',
  'and|a',
  '\\]',
  ',*',
  '"',
  '、',
  '[0-9]',
  ',{1,3}',
  '[,;]+',
];
const KEY = [':', ': ', ' ?[:=] ?', '=', '', ':?', '=>', '"', '::', '[0-9]?', '€|é'];
const ESCAPES = ['nrbtf\\"', 'n\\"', '', 'nt\\"', 'bfr', '\\'];
const ALL_ESCAPES = ['nrbtf\\"u', '"\\u', 'nru"\\'];

/** `whole`: every text can be written, and there is some text of each separator. */
export function randomGuidance(random: SeededRandom, whole: boolean): Guidance {
  const some = <T>(chance: number, choices: readonly T[]): T | undefined =>
    random.chance(chance) ? random.pick(choices) : undefined;
  const separators = (choices: readonly string[]): readonly string[] =>
    whole || random.chance(0.9) ? choices : [NOTHING];
  const general = some(0.4, [true, false]);
  const escapes = some(0.5, whole || random.chance(0.4) ? ALL_ESCAPES : ESCAPES);
  return {
    whitespace_pattern: some(0.6, WHITE),
    whitespace_flexible: some(0.5, [true, false, false]),
    item_separator: some(0.6, separators(ITEM)),
    key_separator: some(0.6, separators(KEY)),
    json_allowed_escapes: general === true && escapes !== undefined && random.chance(0.3) ? 'u' : escapes,
    json_allow_general_unicode_escapes: general,
  };
}
