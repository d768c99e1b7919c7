// The options that the commands of `grammask reach` share: the model, the prompt with its slot, the texts that may stand there, and what
// is read of the answer.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { grammarFiles, grammarKindOf, sourceOfFile } from '../engine/grammar-kind.js';
import { GrammaskError } from '../errors.js';
import { loadModel, type Model } from '../model/load-model.js';
import type { ChatMessage } from '../model/protocol.js';
import {
  type ControlDefinition,
  type GrammarText,
  type SystemDefinition,
  systemOptionsOf,
} from '../reach/audit/definition.js';
import { readLocated } from '../reach/audit/located-document.js';
import { readTemplate } from '../reach/template.js';
import { numberOption, readTextFile, wholeNumberOption, wordOption } from './inputs.js';
import { addLanguageFlags, addModelFlags, type LanguageFlags, type ModelFlags } from './language-flags.js';

export interface SystemFlags extends ModelFlags, LanguageFlags {
  json?: boolean;
  template?: string;
  raw?: boolean;
  slot?: string;
  placement?: 'slot' | 'before' | 'after';
  field?: string;
  readout?: 'token' | 'answer' | 'field';
  characters?: string;
  tokens?: string;
  controlRegex?: string;
  controlGrammar?: string;
  escape?: 'json';
  maxTokens?: number;
  tolerance?: number;
  batch?: number;
}

/** Options of a prompt. */
export function addSystemFlags(command: Command): Command {
  return addReadingFlags(addModelFlags(command))
    .option('--template <file>', 'the prompt from a file: a text, or messages as JSON (.json)')
    .option('--slot <name>', 'the place of the text is {{name}} (default: input)')
    .option(
      '--placement <where>',
      'without a slot: the text stands before or after the prompt; with --raw',
      wordOption('--placement', ['slot', 'before', 'after'] as const),
    );
}

/** Options of the answer, and of the texts that may stand in a slot. */
export function addReadingFlags(command: Command): Command {
  return addLanguageFlags(command)
    .option('--raw', 'the prompt goes to the model as it is, without its chat template')
    .option('--field <name>', 'the member of the JSON answer that is looked at; a name or a JSON pointer')
    .option(
      '--readout <what>',
      'token, answer or field (default: what the options above suggest)',
      wordOption('--readout', ['token', 'answer', 'field'] as const),
    )
    .option('--characters <text>', 'the texts are of these characters (default: printable-ascii, 95 of them)')
    .option('--tokens <ids>', 'the texts are of these tokens: all, or ids with commas between them')
    .option('--control-regex <pattern>', 'only texts that match this pattern')
    .option('--control-grammar <file>', 'only texts of this grammar')
    .option(
      '--escape <how>',
      'json: the slot stands inside of a JSON string',
      wordOption('--escape', ['json'] as const),
    )
    .option(
      '--max-tokens <n>',
      'tokens of the answer within which it must be known (default: 64)',
      wholeNumberOption('--max-tokens', 1),
    )
    .option(
      '--tolerance <logits>',
      'closer answers are read again, alone (default: 0.001)',
      numberOption('--tolerance'),
    )
    .option('--batch <n>', 'prompts of a step at most (default: 32)', wholeNumberOption('--batch', 1));
}

export function addJournalFlags(command: Command, what: string): Command {
  return command
    .option('--journal <path>', `${what} to write what is done to, so that --resume can go on with it`)
    .option('--resume', 'go on with the journal');
}

/** The journal that was named. `ARGUMENT` where it is there already and nobody said that it is to be gone on with. */
export function journalOf({ journal, resume }: { journal?: string; resume?: boolean }): string | undefined {
  if (journal === undefined) {
    if (resume !== true) return undefined;
    throw new GrammaskError('ARGUMENT', '--resume goes with --journal', {
      hint: '--journal names what to go on with',
    });
  }
  if (resume === true || !existsSync(journal)) return journal;
  throw new GrammaskError('ARGUMENT', `${journal} is there already`, {
    hint: '--resume goes on with it; or name another one',
    location: { path: journal },
  });
}

/** Loads the model that the options name, and lets Ctrl-C end what is done with it. */
export async function withModel<Value>(
  flags: ModelFlags,
  folder: string | undefined,
  run: (model: Model, signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  return interruptible(async (signal) => {
    const { dtype, device, threads } = flags;
    const model = await loadModel(flags.model ?? folder, { dtype, device, threads });
    try {
      return await run(model, signal);
    } finally {
      await model.dispose();
    }
  });
}

/** Lets Ctrl-C end what is done. */
export async function interruptible<Value>(run: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  try {
    return await run(interrupt.signal);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

/**
 * The system that the options describe, before the model is known.
 *
 * @throws GrammaskError `ARGUMENT`, also for a prompt without its slot
 */
export function definitionOf(
  prompt: string | undefined,
  flags: SystemFlags,
  how = "as an argument, in quotes: 'Is {{input}} hot?'",
): SystemDefinition {
  const definition = { ...sharedDefinitionOf(flags), template: templateOf(prompt, flags, how) };
  readTemplate(systemOptionsOf(definition), undefined);
  return definition;
}

/** The same without a prompt. */
export function sharedDefinitionOf(flags: SystemFlags): Omit<SystemDefinition, 'template'> {
  const { slot, placement, draft, formats, grammar, regex, choices, field, readout } = flags;
  const { maxTokens, tolerance } = flags;
  const definition = {
    ...{ slot, placement, draft, formats, regex, field, readout, maxTokens, tolerance },
    schema: flags.schema === undefined ? undefined : readTextFile(flags.schema),
    grammar: grammar === undefined ? undefined : grammarText(grammar, '--grammar'),
    choices: choices?.split(','),
    control: controlOf(flags),
  };
  // What was not given is not in the report.
  return JSON.parse(JSON.stringify(definition)) as Omit<SystemDefinition, 'template'>;
}

function templateOf(
  prompt: string | undefined,
  { template }: SystemFlags,
  how: string,
): SystemDefinition['template'] {
  if ((prompt === undefined) === (template === undefined)) {
    const found = prompt === undefined ? 'neither' : 'both';
    throw new GrammaskError('ARGUMENT', `expected the prompt or --template, and received ${found}`, {
      hint: `the prompt stands in the file of --template, or ${how}`,
    });
  }
  if (prompt !== undefined) return prompt;
  const path = template as string;
  const text = readTextFile(path);
  if (!/\.json$/i.test(path)) return text.replace(/\r?\n$/, '');
  // What it must be is said where it is read.
  return readLocated(text, path).value as readonly ChatMessage[];
}

/** A text goes through a chat template, where there is one and nobody said otherwise. */
export function throughChat(
  definition: SystemDefinition,
  hasTemplate: boolean,
  { raw, placement }: SystemFlags,
): SystemDefinition {
  const { template } = definition;
  if (typeof template !== 'string' || raw === true || !hasTemplate) return definition;
  if (placement !== undefined && placement !== 'slot') {
    throw new GrammaskError('ARGUMENT', `--placement ${placement} needs --raw`, {
      hint: 'with a chat template the text stands in a message: write {{input}} there',
    });
  }
  return { ...definition, template: [{ role: 'user', content: template }] };
}

function controlOf(flags: SystemFlags): ControlDefinition {
  const { characters, tokens, controlRegex, controlGrammar } = flags;
  return {
    characters,
    tokens: tokens === undefined ? undefined : tokensOf(tokens),
    regex: controlRegex,
    grammar: controlGrammar === undefined ? undefined : grammarText(controlGrammar, '--control-grammar'),
    escape: flags.escape,
  };
}

function tokensOf(text: string): 'all' | number[] {
  if (text === 'all') return 'all';
  return text.split(',').map(numberOption('--tokens'));
}

function grammarText(path: string, option: string): GrammarText {
  const kind = grammarKindOf(path);
  if (kind !== undefined) return { kind, source: sourceOfFile(kind, readTextFile(path)) };
  throw new GrammaskError(
    'ARGUMENT',
    `the kind of the grammar of ${option} is not clear from the name ${path}`,
    {
      hint: `the extension tells it: ${grammarFiles}`,
    },
  );
}

/** A value on the command line: JSON of the field where it is some, else a text; of a token its id or its text. */
export function targetOf(text: string, definition: SystemDefinition): unknown {
  const { field, readout, schema, grammar, regex, choices } = definition;
  const hasLanguage = [schema, grammar, regex, choices].some((given) => given !== undefined);
  const kind = readout ?? (field !== undefined ? 'field' : hasLanguage ? 'answer' : 'token');
  if (kind === 'token') return /^\d+$/.test(text) ? Number(text) : text;
  if (kind === 'answer') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Reads a time: `500ms`, `30s`, `10m`, `2h`. */
export function durationOption(name: string): (text: string) => number {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  return (text) => {
    const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
    const value = Number(found?.[1]) * (units[found?.[2] ?? ''] ?? Number.NaN);
    if (value > 0) return value;
    throw new GrammaskError('ARGUMENT', `expected a time above 0 for ${name} but received '${text}'`, {
      hint: '30s, 10m or 2h',
    });
  };
}

/** Reads a part of the work: `2/4`. */
export function shardOption(text: string): { index: number; of: number } {
  const found = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const [index, of] = [Number(found?.[1]), Number(found?.[2])];
  if (found !== null && index >= 1 && index <= of) return { index, of };
  throw new GrammaskError('ARGUMENT', `expected a part of the work for --shard but received '${text}'`, {
    hint: '2/4 is the second of four parts',
  });
}

/** Reads an option that may stand several times. */
export function several(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
