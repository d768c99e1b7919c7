import type { GrammarLimits } from '../program-format.js';
import type { Draft } from './drafts.js';

/** Narrows the texts of a JSON language for generation; it never changes what the schema means. */
export interface JsonStyle {
  /**
   * White space between tokens. `'any'` (default): as much as one likes, around the text too; `'inside'`: the same within
   * brackets, but none around the outermost value; `{ atMost }`: as `'inside'`, so many characters of it in a row at most, from 1; `'compact'`: none; `'spaced'`: one space after `:` and `,`; `{ indent }`:
   * each member and item on a line of its own, indented by so many spaces (0 to 32) a level.
   */
  whitespace?:
    | 'any'
    | 'inside'
    | 'compact'
    | 'spaced'
    | { readonly indent: number }
    | { readonly atMost: number };
  /** Order of an object's members. `'schema'`: as the schema first mentions their names. Default `'any'`. */
  keyOrder?: 'any' | 'schema';
  /** `'canonical'`: numbers as ECMAScript prints them, escapes only where JSON demands them. Default `'any'`. */
  spelling?: 'any' | 'canonical';
  /**
   * `'forbid'`: members that neither `properties` nor `required` names are off, unless `additionalProperties` is a
   * schema object. Default `'schema'`: what the schema says.
   */
  undeclared?: 'schema' | 'forbid';
}

/** Options of a JSON Schema. */
export interface JsonSchemaOptions {
  /** Default: the exact language of the schema, with every order, white space and spelling. */
  style?: JsonStyle;
  /** The draft where `$schema` is absent. Default `'2020-12'`. */
  draft?: Draft;
  /**
   * The formats that the draft defines: `'assert'` (default) enforces them, `'annotate'` takes them as annotations. Other
   * formats are annotations either way.
   */
  formats?: 'assert' | 'annotate';
  /**
   * Gives another document for its URI: a schema, or exact JSON text. It is called at most once for each URI, and must
   * answer at once. Without it, a reference to another document is an error, except to the published meta-schemas.
   */
  resolve?: (uri: string) => unknown;
  /** Bounds of the work; `memoryBytes` also bounds the schema as it is read. */
  limits?: GrammarLimits;
}

/** A finding about one keyword. */
export interface SchemaIssue {
  /** JSON Pointer to the schema that holds the keyword; `''` is the root. */
  pointer: string;
  /** The keyword; `''` where the place itself is at fault. */
  keyword: string;
  /** `'error'`: the schema is refused; `'warning'`: it is taken, yet hardly what was meant; `'info'`: no effect. */
  severity: 'error' | 'warning' | 'info';
  message: string;
  /** What to do about it, in one sentence. */
  hint?: string;
}

/** What {@link SchemaIssue}s a schema has. */
export interface SchemaAnalysis {
  /** Whether the schema can be enforced exactly: no issue is an error. */
  supported: boolean;
  issues: SchemaIssue[];
}
