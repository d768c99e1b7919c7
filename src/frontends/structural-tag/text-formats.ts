import { parseEbnf } from '../ebnf/ebnf-parser.js';
import { quoteShort } from '../json-schema/json-text.js';
import { styleWords } from '../json-schema/style.js';
import type { JsonStyle } from '../json-schema/types.js';
import type { SchemaStyle } from '../program-builder.js';
import { regexToExpr } from '../regex/regex-to-expr.js';
import { nearestName } from '../rules/nearest-name.js';
import type { RuleNode } from '../rules/rule-tree.js';
import { atMostCharacters } from '../rules/text-operations.js';
import { freeText } from './free-text.js';
import type { Surroundings, TagContext } from './tag-context.js';
import { insideOf, tagError } from './tag-error.js';
import type { TagObject } from './tag-reader.js';
import { insertSchema } from './tag-schemas.js';
import { xmlParameters } from './xml-parameters.js';
import { XML_STYLES } from './xml-styles.js';

export function constString({ body }: TagContext, format: TagObject): number {
  return insideOf(format.place, 'value', () => body.literal(format.text('value')));
}

export function regex({ builder, body }: TagContext, format: TagObject): number {
  const pattern = format.text('pattern');
  const expr = insideOf(format.place, 'pattern', () =>
    regexToExpr(builder, pattern, { mode: 'full', dotAll: true }),
  );
  return body.expr(expr);
}

/** The rules of an EBNF grammar join those of the tag. */
export function grammar({ builder, body, rules, errorAt }: TagContext, format: TagObject): number {
  const source = format.text('grammar');
  return insideOf(format.place, 'grammar', () => {
    const parsed = parseEbnf(builder, source, { root: 'root', dialect: 'xgrammar' });
    const own = parsed.rules.map(({ name }) => rules.reserve(name));
    const place = (offset: number): number =>
      errorAt((message, hint) => {
        try {
          return insideOf(format.place, 'grammar', () => {
            throw parsed.refuse(offset, message, hint);
          });
        } catch (error) {
          return error as Error;
        }
      });
    parsed.rules.forEach((rule, index) => {
      const nodes = rule.nodes.map((node): RuleNode => {
        if (node.kind === 'rule') return { kind: 'rule', rule: own[node.rule] as number };
        return 'offset' in node ? { ...node, offset: place(node.offset) } : node;
      });
      rules.fill(own[index] as number, nodes);
    });
    return body.rule(own[parsed.root] as number);
  });
}

export function anyText(
  { builder, body, rules }: TagContext,
  format: TagObject,
  around: Surroundings,
): number {
  const excludes = format.texts('excludes', []);
  const maxTokens = format.count('max_tokens');
  const maxCharacters = format.count('max_chars');
  let expr = insideOf(format.place, 'excludes', () => freeText(rules, [...excludes, ...around.endTexts]));
  if (maxCharacters !== undefined) expr = atMostCharacters(builder, expr, maxCharacters);
  return maxTokens === undefined ? body.expr(expr) : body.symbol({ kind: 'limited', expr, maxTokens });
}

const STYLES = ['json', ...XML_STYLES.keys()];

/** `json_schema`, and the older `qwen_xml_parameter`, which has its style in its name. */
export function jsonSchema(context: TagContext, format: TagObject, fixedStyle?: string): number {
  const { builder, budget, body, rules, schemas, errorAt } = context;
  const name = fixedStyle ?? (format.has('style') ? format.text('style') : 'json');
  const xml = XML_STYLES.get(name);
  if (xml === undefined && name !== 'json') throw unknownStyle(format, name);
  const style = schemaStyle(context.style, format.flag('any_order', false));
  const maxWhitespace = format.count('max_whitespace_cnt');
  const schema = insideOf(format.place, 'json_schema', () =>
    insertSchema(builder, budget, format.value('json_schema'), schemas, style.undeclared === 'forbid'),
  );
  // White space between the parameters is bounded by the grammar; that of JSON only by a style.
  const bounded = boundedStyle(style, maxWhitespace, format);
  if (xml === undefined) {
    return body.symbol({ kind: 'schema', root: builder.schemaRoot(schema.root, bounded) });
  }
  const refuse = (what: string): Error =>
    tagError(
      'UNSUPPORTED',
      format.place,
      'json_schema',
      `${what} cannot be enforced in the style ${name}`,
      'say in each branch what it allows, or use the style json',
    );
  const offset = errorAt((message) => refuse(message));
  return body.rule(
    xmlParameters(rules, schema, { style: xml, schemaStyle: bounded, maxWhitespace, offset, refuse }),
  );
}

function unknownStyle(format: TagObject, name: string): Error {
  const near = nearestName(name, STYLES);
  const hint = near === undefined ? `the styles are ${STYLES.join(', ')}` : `did you mean ${near}?`;
  return format.error('style', `there is no style ${quoteShort(name)}`, hint);
}

/** Order and undeclared members as the formats mean them, where the caller says nothing. */
function schemaStyle(style: JsonStyle | undefined, anyOrder: boolean): SchemaStyle {
  const { whitespace, keyOrder, spelling, undeclared } = styleWords(style);
  return {
    whitespace,
    keyOrder: keyOrder ?? (anyOrder ? 'any' : 'schema'),
    spelling,
    undeclared: undeclared ?? 'forbid',
  };
}

function boundedStyle(style: SchemaStyle, maxWhitespace: number | undefined, format: TagObject): SchemaStyle {
  const { whitespace = 'any' } = style;
  if (maxWhitespace === undefined || whitespace === 'compact') return style;
  const own = typeof whitespace === 'object' && 'atMost' in whitespace ? whitespace.atMost : undefined;
  if (whitespace === 'any' || whitespace === 'inside' || own !== undefined) {
    const atMost = Math.min(maxWhitespace, own ?? maxWhitespace, 2 ** 31 - 1);
    return { ...style, whitespace: atMost === 0 ? 'compact' : { atMost } };
  }
  if (maxWhitespace > 0 && whitespace === 'spaced') return style;
  throw tagError(
    'UNSUPPORTED',
    format.place,
    'max_whitespace_cnt',
    `a run of at most ${maxWhitespace} white space characters in JSON cannot be enforced with the style's white space`,
    "pass style: { whitespace: 'any' }, 'compact' or 'spaced'",
  );
}
