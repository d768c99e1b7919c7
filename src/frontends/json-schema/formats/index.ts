import { createProgramBuilder, type ProgramBuilder } from '../../program-builder.js';
import type { ProgramFragment } from '../../program-fragment.js';
import { DURATION, dateFormat, dateTimeFormat, timeFormat } from './dates.js';
import { type FormatBuilder, type FormatDraft, patternFormat } from './format-patterns.js';
import { hostnameFormat } from './host-names.js';
import { idnHostnameFormat } from './idna.js';
import { IPV4, IPV6 } from './ip-addresses.js';
import { emailFormat, idnEmailFormat } from './mail-addresses.js';
import { regexFormat } from './regex-syntax.js';
import { IRI_PATTERN, IRI_REFERENCE, URI_PATTERN, URI_REFERENCE, URI_TEMPLATE } from './uris.js';

export type { FormatDraft } from './format-patterns.js';

/**
 * The formats of JSON Schema as expressions over the decoded text, each from its RFC. A format is built when a schema first
 * asks for it, once for each draft.
 */

const JSON_POINTER = '(?:/(?:[^~/]|~[01])*)*';

const FORMATS = new Map<string, FormatBuilder>([
  ['date-time', dateTimeFormat],
  ['date', dateFormat],
  ['time', timeFormat],
  ['duration', patternFormat(DURATION)],
  ['email', emailFormat],
  ['idn-email', idnEmailFormat],
  ['hostname', hostnameFormat],
  ['idn-hostname', idnHostnameFormat],
  ['ipv4', patternFormat(IPV4)],
  ['ipv6', patternFormat(IPV6)],
  ['uri', patternFormat(URI_PATTERN)],
  ['uri-reference', patternFormat(URI_REFERENCE)],
  ['iri', patternFormat(IRI_PATTERN)],
  ['iri-reference', patternFormat(IRI_REFERENCE)],
  ['uri-template', patternFormat(URI_TEMPLATE)],
  ['uuid', patternFormat('[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}')],
  ['regex', regexFormat],
  ['json-pointer', patternFormat(JSON_POINTER)],
  ['relative-json-pointer', patternFormat(`(?:0|[1-9][0-9]*)(?:#|${JSON_POINTER})`)],
]);

const DRAFT_4 = ['date-time', 'email', 'hostname', 'ipv4', 'ipv6', 'uri'];
const DRAFT_6 = [...DRAFT_4, 'json-pointer', 'uri-reference', 'uri-template'];
const DRAFT_7 = [
  ...DRAFT_6,
  'date',
  'time',
  'regex',
  'idn-email',
  'idn-hostname',
  'iri',
  'iri-reference',
  'relative-json-pointer',
];
const DRAFT_2019_09 = [...DRAFT_7, 'duration', 'uuid'];

/** The names of the formats that each draft defines. */
export const KNOWN_FORMATS: Readonly<Record<FormatDraft, ReadonlySet<string>>> = {
  '4': new Set(DRAFT_4),
  '6': new Set(DRAFT_6),
  '7': new Set(DRAFT_7),
  '2019-09': new Set(DRAFT_2019_09),
  '2020-12': new Set(DRAFT_2019_09),
};

/** Built once, without limits: there are few, and no schema makes them larger. Limits count them where they are put in. */
const built: Readonly<Record<FormatDraft, Map<string, ProgramFragment>>> = {
  '4': new Map(),
  '6': new Map(),
  '7': new Map(),
  '2019-09': new Map(),
  '2020-12': new Map(),
};

/** The expression of a format's texts; undefined if the draft does not define it. */
export function formatExpression(
  name: string,
  builder: ProgramBuilder,
  draft: FormatDraft,
): number | undefined {
  let fragment = built[draft].get(name);
  if (fragment === undefined) {
    const build = KNOWN_FORMATS[draft].has(name) ? FORMATS.get(name) : undefined;
    if (build === undefined) return undefined;
    const own = createProgramBuilder();
    fragment = own.fragment(build(own, draft));
    built[draft].set(name, fragment);
  }
  return builder.insert(fragment);
}
