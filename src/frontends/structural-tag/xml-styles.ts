import { TypeBits } from '../program-format.js';

/** How a value stands in a parameter, and what stands between the name and it. */
export interface XmlForm {
  /** Types of the values in this form. */
  readonly types: number;
  /** Behind the name. */
  readonly behindName: string;
  /** In lists, where values have no name: in front of the value. Default: there are no lists. */
  readonly unnamed?: string;
  /** `raw`: the text itself; `json`: JSON; `members`, `items`: parameters one after the other. */
  readonly body: 'raw' | 'json' | 'members' | 'items';
  /** Only where the schema does not fix the type to numbers. */
  readonly onlyOpen?: boolean;
}

/** Parameters of a tool call as tags, as the chat template of a model family writes them. */
export interface XmlStyle {
  readonly beforeName: string;
  readonly close: string;
  /** White space is allowed between the name and the value here, where a value has tags of its own. */
  readonly valueOpen?: string;
  readonly forms: readonly XmlForm[];
  /** How characters of names are written. */
  readonly escapes: ReadonlyMap<string, string>;
  /** Pattern of the names that no schema declares, as they are written. */
  readonly undeclaredName: string;
}

const PLAIN_NAME = '[a-zA-Z_][a-zA-Z0-9_]*';
const NOT_STRING = TypeBits.null | TypeBits.boolean | TypeBits.number | TypeBits.array | TypeBits.object;
const SCALAR = TypeBits.null | TypeBits.boolean | TypeBits.number;
const NO_ESCAPES: ReadonlyMap<string, string> = new Map();

/** Texts as they are, everything else as JSON. */
function plainForms(string: string, json: string): XmlForm[] {
  return [
    { types: TypeBits.string, behindName: string, body: 'raw' },
    { types: NOT_STRING, behindName: json, body: 'json' },
  ];
}

function kimiForm(type: string, types: number, more: Partial<XmlForm> = {}): XmlForm {
  return { types, behindName: `" type="${type}"<|sep|>`, body: 'json', ...more };
}

function cohereForm(type: string, types: number, body: XmlForm['body']): XmlForm {
  return { types, behindName: `" type="${type}">`, unnamed: ` type="${type}">`, body };
}

/** By the names of XGrammar's `style`. `json` is no style of this kind. */
export const XML_STYLES: ReadonlyMap<string, XmlStyle> = new Map<string, XmlStyle>([
  [
    'qwen_xml',
    {
      beforeName: '<parameter=',
      close: '</parameter>',
      forms: plainForms('>', '>'),
      escapes: NO_ESCAPES,
      undeclaredName: PLAIN_NAME,
    },
  ],
  [
    'minimax_xml',
    {
      beforeName: '<parameter name="',
      close: '</parameter>',
      forms: plainForms('">', '">'),
      escapes: NO_ESCAPES,
      undeclaredName: PLAIN_NAME,
    },
  ],
  [
    'deepseek_xml',
    {
      beforeName: '<｜DSML｜parameter name="',
      close: '</｜DSML｜parameter>',
      forms: plainForms('" string="true">', '" string="false">'),
      escapes: NO_ESCAPES,
      undeclaredName: PLAIN_NAME,
    },
  ],
  [
    'glm_xml',
    {
      beforeName: '<arg_key>',
      valueOpen: '<arg_value>',
      close: '</arg_value>',
      forms: plainForms('</arg_key>', '</arg_key>'),
      escapes: NO_ESCAPES,
      undeclaredName: PLAIN_NAME,
    },
  ],
  [
    'kimi_k3_xml',
    {
      beforeName: '<|open|>argument key="',
      close: '<|close|>argument<|sep|>',
      forms: [
        kimiForm('string', TypeBits.string, { body: 'raw' }),
        kimiForm('number', TypeBits.number),
        kimiForm('integer', TypeBits.integer, { onlyOpen: true }),
        kimiForm('boolean', TypeBits.boolean),
        kimiForm('null', TypeBits.null),
        kimiForm('array', TypeBits.array),
        kimiForm('object', TypeBits.object),
      ],
      escapes: new Map([
        ['&', '&amp;'],
        ['"', '&quot;'],
      ]),
      undeclaredName: PLAIN_NAME,
    },
  ],
  [
    'cohere_xml',
    {
      beforeName: '<cofl:value name="',
      close: '</cofl:value>',
      forms: [
        cohereForm('raw', TypeBits.string, 'raw'),
        cohereForm('json', SCALAR, 'json'),
        cohereForm('dict', TypeBits.object, 'members'),
        cohereForm('list', TypeBits.array, 'items'),
      ],
      escapes: new Map([
        ['&', '&amp;'],
        ['<', '&lt;'],
        ['>', '&gt;'],
        ['"', '&quot;'],
      ]),
      undeclaredName: '(?:[^\\u0000"&<>]|&amp;|&lt;|&gt;|&quot;)+',
    },
  ],
]);

/** In front of a value in a list: the opening of a parameter, without its name. */
export const UNNAMED_OPEN = '<cofl:value';

/** A name as the style writes it. */
export function writtenName(style: XmlStyle, name: string): string {
  let written = '';
  for (const char of name) written += style.escapes.get(char) ?? char;
  return written;
}
