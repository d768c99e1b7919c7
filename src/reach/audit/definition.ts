// A system without its model, as JSON: what an audit file and a report hold of it. Files are in it as their text.
import { grammarOfKind } from '../../engine/grammar-kind.js';
import type { ChatMessage } from '../../model/protocol.js';
import type { ControlOptions } from '../control.js';
import type { SystemOptions } from '../system.js';
import type { Placement } from '../template.js';

/** The text of a grammar, and of which kind it is: `ebnf`, `lark`, `abnf`, `regex` and so on. */
export interface GrammarText {
  readonly kind: string;
  readonly source: string;
}

/** Which texts may stand in the slot. */
export interface ControlDefinition {
  readonly characters?: string | undefined;
  readonly tokens?: 'all' | readonly number[] | undefined;
  readonly regex?: string | undefined;
  readonly grammar?: GrammarText | undefined;
  readonly escape?: 'json' | undefined;
  readonly printable?: boolean | undefined;
  readonly identity?: 'text' | 'ids' | undefined;
}

/** The options of a system but for the model, as JSON. */
export interface SystemDefinition {
  readonly template: string | readonly ChatMessage[];
  readonly slot?: string | undefined;
  readonly placement?: Placement | undefined;
  readonly control?: ControlDefinition | undefined;
  /** The JSON Schema as text. */
  readonly schema?: string | undefined;
  readonly grammar?: GrammarText | undefined;
  readonly regex?: string | undefined;
  readonly choices?: readonly string[] | undefined;
  readonly draft?: SystemOptions['draft'];
  readonly formats?: SystemOptions['formats'];
  readonly field?: string | undefined;
  readonly readout?: SystemOptions['readout'];
  readonly maxTokens?: number | undefined;
  readonly tolerance?: number | undefined;
}

/**
 * The options that a definition stands for.
 *
 * @throws GrammaskError what its grammars and patterns throw
 */
export function systemOptionsOf({
  grammar,
  control,
  ...rest
}: SystemDefinition): Omit<SystemOptions, 'model'> {
  return {
    ...rest,
    ...(grammar === undefined ? {} : { grammar: grammarOfKind(grammar.kind, grammar.source) }),
    ...(control === undefined ? {} : { control: controlOptionsOf(control) }),
  };
}

function controlOptionsOf({ grammar, ...rest }: ControlDefinition): ControlOptions {
  return grammar === undefined ? rest : { ...rest, grammar: grammarOfKind(grammar.kind, grammar.source) };
}
