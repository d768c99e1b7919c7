import type { BuildBudget } from '../build-budget.js';
import type { JsonValue } from '../json-schema/json-value.js';
import type { Place } from '../json-schema/place.js';
import type { JsonSchemaOptions, JsonStyle } from '../json-schema/types.js';
import type { ProgramBuilder } from '../program-builder.js';
import type { RuleBody, TagRules } from './rule-body.js';
import type { TokenRef } from './tag-reader.js';

/** What all formats of one structural tag share. */
export interface TagContext {
  readonly builder: ProgramBuilder;
  /** Counts what is read. */
  readonly budget: BuildBudget;
  readonly rules: TagRules;
  /** The rule of the tag itself. */
  readonly body: RuleBody;
  readonly schemas: JsonSchemaOptions;
  readonly style: JsonStyle | undefined;
  /** Gives the offset under which the error of a node of the lowering is made. */
  errorAt(make: (message: string, hint: string) => Error): number;
}

/** What holds at a place in the tree of formats. */
export interface Surroundings {
  readonly place: Place | null;
  readonly depth: number;
  /** Texts that end the tag around: free text does not hold them. */
  readonly endTexts: readonly string[];
  /** Tokens that end the tag around. */
  readonly endTokens: readonly TokenRef[];
}

/** Lowers a format to a node of the tag's body. */
export type LowerFormat = (value: JsonValue, around: Surroundings) => number;
