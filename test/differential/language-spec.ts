import { Grammar, generationStyle, type JsonStyle } from '../../src/index.js';
import { ebnfMachine } from '../oracle/earley.js';
import {
  choiceMachine,
  concatMachine,
  type Machine,
  memoised,
  tokenMachine,
  unionMachine,
} from '../oracle/machine.js';
import { schemaMachine } from '../oracle/schema-machine.js';
import { regexMachine } from '../oracle/text-language.js';
import { type FiniteSpec, finiteDocument, finiteLanguage, oracleSpace } from './finite-language.js';
import { type Guidance, larkText, oracleEscapes, oracleGaps } from './guidance.js';

/** A language as its source: what the engine and the oracle both begin with. */
export type LanguageSpec =
  | FiniteSpec
  | {
      readonly kind: 'schema';
      readonly text: string;
      readonly style?: JsonStyle | undefined;
      /** In a grammar: instead of a style. */
      readonly guidance?: Guidance | undefined;
    }
  | { readonly kind: 'ebnf'; readonly text: string }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'choice'; readonly texts: readonly string[] }
  | { readonly kind: 'token'; readonly id: number }
  | { readonly kind: 'union' | 'concat'; readonly parts: readonly LanguageSpec[] };

export function grammarOf(spec: LanguageSpec): Grammar {
  if ('guidance' in spec && spec.guidance !== undefined) {
    const schema = spec.kind === 'finite' ? finiteDocument(spec) : spec.text;
    return Grammar.lark(larkText(schema, spec.guidance));
  }
  switch (spec.kind) {
    case 'finite':
      return Grammar.jsonSchema(finiteDocument(spec), {
        draft: spec.schema.draft,
        ...(spec.style === undefined ? {} : { style: spec.style }),
      });
    case 'schema':
      return Grammar.jsonSchema(spec.text, spec.style === undefined ? {} : { style: spec.style });
    case 'ebnf':
      return Grammar.ebnf(spec.text);
    case 'regex':
      return Grammar.regex(spec.pattern);
    case 'choice':
      return Grammar.choice(spec.texts);
    case 'token':
      return Grammar.token(spec.id);
    case 'union':
      return Grammar.union(...spec.parts.map(grammarOf));
    case 'concat':
      return Grammar.concat(...spec.parts.map(grammarOf));
  }
}

export type Naming = 'mentioned' | 'live';

/** `naming` is the reading of styles that go by the names that a schema mentions. */
export function machineOf(spec: LanguageSpec, naming: Naming): Machine {
  return memoised(plainMachineOf(spec, naming));
}

/** Whether the readings can differ. */
export function goesByNames(spec: LanguageSpec): boolean {
  if (spec.kind === 'schema') return spec.style?.keyOrder === 'schema' || spec.style?.undeclared === 'forbid';
  return 'parts' in spec && spec.parts.some(goesByNames);
}

function boundedSpace(style: JsonStyle | undefined): number | undefined {
  const whitespace = style?.whitespace;
  return typeof whitespace === 'object' && 'atMost' in whitespace ? whitespace.atMost : undefined;
}

function plainMachineOf(spec: LanguageSpec, naming: Naming): Machine {
  switch (spec.kind) {
    case 'finite':
      return finiteLanguage(spec);
    case 'schema': {
      const { keyOrder, spelling, undeclared } = spec.style ?? {};
      const { guidance } = spec;
      return schemaMachine(spec.text, {
        space: guidance ? oracleGaps(guidance) : (boundedSpace(spec.style) ?? oracleSpace(spec.style)),
        escapes: guidance && oracleEscapes(guidance),
        ordered: keyOrder === 'schema',
        canonical: spelling === 'canonical',
        declaredOnly: undeclared === 'forbid',
        naming,
      });
    }
    case 'ebnf':
      return ebnfMachine(spec.text);
    case 'regex':
      return regexMachine(spec.pattern);
    case 'choice':
      return choiceMachine(spec.texts);
    case 'token':
      return tokenMachine(spec.id);
    case 'union':
      return unionMachine(spec.parts.map((part) => machineOf(part, naming)));
    case 'concat':
      return concatMachine(spec.parts.map((part) => machineOf(part, naming)));
  }
}

export function describeSpec(spec: LanguageSpec): string {
  switch (spec.kind) {
    case 'finite': {
      const { schema, style, guidance } = spec;
      if (guidance !== undefined) return larkText(finiteDocument(spec), guidance);
      return `draft ${schema.draft}, schema ${finiteDocument(spec)}, style ${JSON.stringify(style)}`;
    }
    case 'schema': {
      if (spec.guidance !== undefined) return larkText(spec.text, spec.guidance);
      const style = spec.style === generationStyle ? 'generationStyle' : JSON.stringify(spec.style);
      return `schema ${spec.text}${spec.style === undefined ? '' : ` style ${style}`}`;
    }
    case 'union':
    case 'concat':
      return `${spec.kind}(${spec.parts.map(describeSpec).join(', ')})`;
    default: {
      const { kind, ...rest } = spec;
      return `${kind} ${JSON.stringify(Object.values(rest)[0])}`;
    }
  }
}
