import { IPV6 } from './ip-addresses.js';

/** URIs (RFC 3986), IRIs (RFC 3987) and URI templates (RFC 6570) as patterns, production by production. */

const UCS_CHAR = [
  '\\u00A0-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFEF',
  ...Array.from(
    { length: 13 },
    (_, i) => `\\u{${(i + 1).toString(16)}0000}-\\u{${(i + 1).toString(16)}FFFD}`,
  ),
  '\\u{E1000}-\\u{EFFFD}',
].join('');
const PRIVATE = '\\uE000-\\uF8FF\\u{F0000}-\\u{FFFFD}\\u{100000}-\\u{10FFFD}';
const PERCENT = '%[0-9A-Fa-f]{2}';
const SUB_DELIMS = "!$&'()*+,;=";

interface Characters {
  /** Members of a class: more unreserved characters, and what only a query may hold. */
  readonly unreserved: string;
  readonly query: string;
}
const URI: Characters = { unreserved: 'A-Za-z0-9\\-._~', query: '' };
const IRI: Characters = { unreserved: `${URI.unreserved}${UCS_CHAR}`, query: PRIVATE };

function identifierParts({ unreserved, query }: Characters) {
  const char = (more: string): string => `(?:[${unreserved}${SUB_DELIMS}${more}]|${PERCENT})`;
  const pchar = char(':@');
  const segment = `${pchar}*`;
  const future = `[vV][0-9A-Fa-f]+\\.[A-Za-z0-9\\-._~${SUB_DELIMS}:]+`;
  // An IPv4 address is a registered name as well.
  const host = `(?:\\[(?:${IPV6}|${future})\\]|${char('')}*)`;
  const authority = `(?:${char(':')}*@)?${host}(?::[0-9]*)?`;
  const absolute = `/(?:${pchar}+(?:/${segment})*)?`;
  const rootless = `${pchar}+(?:/${segment})*`;
  const noScheme = `${char('@')}+(?:/${segment})*`;
  const network = `//${authority}(?:/${segment})*`;
  const tail = `(?:\\?${char(`:@/?${query}`)}*)?(?:#${char(':@/?')}*)?`;
  return {
    absolute: `[A-Za-z][A-Za-z0-9+\\-.]*:(?:${network}|${absolute}|${rootless})?${tail}`,
    relative: `(?:${network}|${absolute}|${noScheme})?${tail}`,
  };
}

const uri = identifierParts(URI);
const iri = identifierParts(IRI);
export const URI_PATTERN = uri.absolute;
export const URI_REFERENCE = `${uri.absolute}|${uri.relative}`;
export const IRI_PATTERN = iri.absolute;
export const IRI_REFERENCE = `${iri.absolute}|${iri.relative}`;

const LITERAL = `[!#$&'()*+,\\-./0-9:;=?@A-Z\\[\\]_a-z~${UCS_CHAR}${PRIVATE}]|${PERCENT}`;
const VARIABLE_CHAR = `(?:[A-Za-z0-9_]|${PERCENT})`;
const VARIABLE = `${VARIABLE_CHAR}(?:\\.?${VARIABLE_CHAR})*(?::[1-9][0-9]{0,3}|\\*)?`;
/** The literals with the apostrophe, which the RFC's erratum 6937 puts back. */
export const URI_TEMPLATE = `(?:${LITERAL}|\\{[+#./;?&=,!@|]?${VARIABLE}(?:,${VARIABLE})*\\})*`;
