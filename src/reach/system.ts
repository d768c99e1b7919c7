import { expected } from '../engine/arguments.js';
import type { CompiledGrammar } from '../engine/compiled-grammar.js';
import type { Grammar } from '../engine/grammar.js';
import { sample } from '../engine/sample.js';
import { GrammaskError } from '../errors.js';
import { type AbortWatch, watchAbort } from '../generate/abort.js';
import {
  type Constraint,
  constraintNames,
  readConstraint,
  schemaOptionNames,
} from '../generate/constraint.js';
import type { DecodeContext } from '../generate/decode.js';
import type { GenerateOptions } from '../generate/options.js';
import { contextOfModel, type Model } from '../model/load-model.js';
import type { PromptSource } from '../model/protocol.js';
import { type AnswerReading, type AnswerTree, createAnswerTree } from './answer-tree.js';
import { canonicalJson, canonicalOfValue } from './canonical-json.js';
import { type Control, type ControlOptions, insertedText, readControl } from './control.js';
import { checkField, mayHaveField } from './field-of-schema.js';
import { listedOutcomes } from './listed-outcomes.js';
import { ABSENT, fieldPath, fieldProgress, type Outcome, UNDECIDED } from './outcome.js';
import { createReader, type PromptReader } from './reader.js';
import { readTemplate, type Template, type TemplateOptions } from './template.js';

/** What is looked at: a model, a prompt with a place for a text, the texts that may stand there, and what is read of the answer. */
export interface SystemOptions extends TemplateOptions {
  /** A model of `loadModel`. */
  model: Model;
  /** Which texts may stand in the slot. */
  control?: ControlOptions | undefined;
  /** The language of the answer: at most one of these four, as in `generate`. */
  schema?: object | boolean | string | undefined;
  grammar?: Grammar | undefined;
  regex?: string | RegExp | undefined;
  choices?: readonly string[] | undefined;
  /** With `schema`, as in `generate`. */
  style?: GenerateOptions['style'];
  draft?: GenerateOptions['draft'];
  formats?: GenerateOptions['formats'];
  resolve?: GenerateOptions['resolve'];
  /**
   * The member of the JSON answer that is looked at: its name, or a JSON pointer. Without it: the whole answer where it has a
   * language, else the next token.
   */
  field?: string | undefined;
  /** `'token'`: only the next token is looked at, under the language where there is one. */
  readout?: 'token' | 'answer' | 'field' | undefined;
  /** Tokens of the answer within which the outcome must be known. Default 64. A text whose answer takes longer is undecided. */
  maxTokens?: number | undefined;
  /** Prompts that are read at a time, at most. Default 32; fewer where they are long, so that a step reads 512 tokens. */
  batch?: number | undefined;
  /** Bytes that the model's cache of a batch may take. Default 512 MiB. */
  memoryBytes?: number | undefined;
  /** Logits: an answer that is decided by less is read again, alone. Default 0.001. Where prompts show differences of
   * more than half of it, nothing is certified. */
  tolerance?: number | undefined;
  /** Ends it with `ABORTED`. */
  signal?: AbortSignal | undefined;
}

/** The names of the options above. */
export const systemOptionNames = [
  ...[
    'model',
    'template',
    'slot',
    'placement',
    'control',
    'field',
    'readout',
    'maxTokens',
    'batch',
    'memoryBytes',
  ],
  ...['tolerance', 'signal', ...constraintNames, ...schemaOptionNames.filter((name) => name !== 'verify')],
];

/** A system that is ready to be asked. */
export interface System {
  readonly context: DecodeContext;
  readonly model: Model;
  readonly template: Template;
  readonly control: Control;
  readonly constraint: Constraint | undefined;
  readonly reading: AnswerReading;
  readonly tolerance: number;
  readonly watch: AbortWatch;
  /** Tokens of a prompt at most, so that the answer has room. */
  readonly mostTokens: number;
  /** What targets are called, of the kinds of outcomes that there are. */
  outcomeOf(target: unknown): Outcome;
  /** Whether the output grammar has no answer with this outcome. false: it has one, or that is not known. */
  isMaskedOut(target: Outcome): boolean;
  /** The tokens that an answer may begin with, with a bit for each logit. */
  firstMask(): Int32Array;
  /** A reader whose scores are those of the targets. To be closed. */
  reader(targets: readonly Outcome[], wantsProbabilities?: boolean): PromptReader;
  /** The outcomes that the language of the answer lists. */
  listedOutcomes(): Outcome[];
  /**
   * What the model answers to a text through `generate`, as a user of the model would ask it.
   *
   * @param tokens in place of the text, where the control puts tokens into the prompt as they are
   */
  replay(text: string, tokens?: readonly number[]): Promise<Outcome>;
  close(): void;
}

/** @throws GrammaskError `ARGUMENT`, also for a field that no answer has, `UNSUPPORTED`, `TOKEN_RANGE`, `UNSATISFIABLE`, and what the grammar throws */
export async function openSystem(options: SystemOptions): Promise<System> {
  const { model, signal } = options;
  const context = contextOfModel(model);
  const { worker, vocabulary, compiler, contextLength = Number.POSITIVE_INFINITY } = context;
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw expected('an AbortSignal', 'signal', signal);
  const constraint = readConstraint(options as unknown as GenerateOptions);
  const schema = constraint?.schema?.jsonSchema;
  const schemaText = schema === undefined || typeof schema === 'string' ? schema : JSON.stringify(schema);
  const template = readTemplate(options, schemaText);
  const control = readControl(options.control, vocabulary);
  const reading = readReading(options, constraint);
  const batch = whole(options.batch, 'batch', 32, 1);
  const memoryBytes = whole(options.memoryBytes, 'memoryBytes', 512 * 1024 * 1024, 1);
  const { tolerance = 1e-3 } = options;
  if (typeof tolerance !== 'number' || !(tolerance >= 0))
    throw expected('a number of logits', 'tolerance', tolerance);
  const watch = watchAbort(signal);
  let compiled: CompiledGrammar | undefined;
  try {
    watch.check();
    if (constraint !== undefined) {
      compiled = await watch.race(compiler.compile(constraint.makeGrammar(), { signal }));
      if (!compiled.satisfiable) {
        throw new GrammaskError('UNSATISFIABLE', `no answer at all fits the ${constraint.kind}`, {
          hint: 'two of its demands contradict each other',
        });
      }
      if (reading.kind === 'field' && constraint.schema !== undefined) {
        checkField(constraint.schema, reading.path);
      }
    }
  } catch (error) {
    watch.end();
    compiled?.dispose();
    throw error;
  }
  const treeOf = (targets: readonly Outcome[]): AnswerTree =>
    createAnswerTree(compiled, vocabulary, worker.info.logitsWidth, reading, targets);
  const open: { close(): void }[] = [];
  const masked = new Map<Outcome, boolean>();

  function outcomeOf(target: unknown): Outcome {
    if (reading.kind === 'token') return String(tokenOf(target, context));
    if (reading.kind === 'answer') {
      if (typeof target !== 'string') throw expected('the text of an answer', 'target', target);
      return JSON.stringify(target);
    }
    try {
      return canonicalOfValue(target);
    } catch {
      throw expected('a JSON value', 'target', target);
    }
  }

  /** As `generate` takes it. */
  async function sourceOf(text: string, tokens: readonly number[] | undefined): Promise<PromptSource> {
    if (control.identity === 'ids') {
      const { before, behind } = await template.around(worker);
      const [first, last] = await watch.race(Promise.all([worker.encode(before), worker.encode(behind)]));
      return { tokens: Int32Array.from([...first.tokens, ...(tokens ?? []), ...last.tokens]) };
    }
    const source = template.fill(insertedText(control, text));
    return 'messages' in source ? { messages: source.messages } : source;
  }

  /** The prompt with nothing in the slot. */
  async function emptyPrompt(): Promise<Int32Array> {
    const source =
      control.identity === 'ids' ? await sourceOf('', []) : template.fill(insertedText(control, ''));
    return (await watch.race(worker.encode(source))).tokens;
  }

  async function nextToken(source: PromptSource): Promise<Outcome> {
    const { tokens } = await watch.race(worker.encode(source));
    const tree = treeOf([]);
    const sequence = worker.openSequence();
    try {
      await watch.race(sequence.forward(tokens));
      return String(sample(sequence.logits, tree.root.mask, { temperature: 0 }));
    } finally {
      sequence.close();
      tree.dispose();
    }
  }

  return {
    context,
    model,
    template,
    control,
    constraint,
    reading,
    tolerance,
    watch,
    mostTokens: contextLength - (reading.kind === 'token' ? 0 : reading.maxTokens),
    outcomeOf,
    isMaskedOut(target) {
      let known = masked.get(target);
      if (known === undefined) {
        known = isMaskedOut(target, reading, constraint, treeOf);
        masked.set(target, known);
      }
      return known;
    },
    firstMask() {
      const tree = treeOf([]);
      const mask = tree.root.mask.slice();
      tree.dispose();
      return mask;
    },
    reader(targets, wantsProbabilities = false) {
      const tree = treeOf(targets);
      const tokens = reading.kind === 'token' ? Int32Array.from(targets, Number) : undefined;
      const reader = createReader({
        ...{ worker, tree, batch, memoryBytes, watch },
        targetCount: targets.length,
        targetTokens: tokens,
        wantsProbabilities,
        usualPrompt: emptyPrompt,
      });
      const closing = {
        close(): void {
          reader.close();
          tree.dispose();
        },
      };
      open.push(closing);
      return { ...reader, close: closing.close };
    },
    listedOutcomes: () => listedOutcomes(reading, constraint, options.choices),
    async replay(text, tokens) {
      const source = await sourceOf(text, tokens);
      if (reading.kind === 'token') return nextToken(source);
      const prompt = 'tokens' in source ? { prompt: source.tokens } : source;
      const result = await model.generate({
        ...(prompt as { prompt: string }),
        ...constraintOptions(options),
        temperature: 0,
        maxTokens: reading.maxTokens + 64,
        onLimit: 'partial',
        signal,
      } as GenerateOptions);
      const isWhole = result.finishReason === 'stop';
      if (reading.kind === 'answer') return isWhole ? JSON.stringify(result.text) : UNDECIDED;
      const progress = fieldProgress(isWhole ? `${result.text} ` : result.text, reading.path);
      if (progress.at === 'behind') return canonicalJson(progress.value);
      return isWhole ? ABSENT : UNDECIDED;
    },
    close() {
      watch.end();
      for (const each of open) each.close();
      compiled?.dispose();
    },
  };
}

/** The options that say what the answer's language is. */
function constraintOptions(options: SystemOptions): Record<string, unknown> {
  const names: readonly string[] = [...constraintNames, ...schemaOptionNames];
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

function readReading(options: SystemOptions, constraint: Constraint | undefined): AnswerReading {
  const { field, readout } = options;
  if (field !== undefined && (typeof field !== 'string' || field === '')) {
    throw expected('the name of a member, or a JSON pointer,', 'field', field);
  }
  const kind = readout ?? (field !== undefined ? 'field' : constraint === undefined ? 'token' : 'answer');
  if (!['token', 'answer', 'field'].includes(kind))
    throw expected("'token', 'answer' or 'field'", 'readout', kind);
  if ((kind === 'field') !== (field !== undefined)) {
    throw new GrammaskError('ARGUMENT', "`field` and readout: 'field' go together");
  }
  if (kind !== 'token' && constraint === undefined) {
    throw new GrammaskError('ARGUMENT', `readout: '${kind}' needs the language of the answer`, {
      hint: `give one of ${constraintNames.join(', ')}`,
    });
  }
  const maxTokens = whole(options.maxTokens, 'maxTokens', 64, 1);
  return { kind, path: field === undefined ? [] : fieldPath(field), maxTokens };
}

export function whole(value: unknown, name: string, absent: number, least: number): number {
  if (value === undefined) return absent;
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw expected(`a whole number of at least ${least}`, name, value);
}

function tokenOf(target: unknown, { vocabulary }: DecodeContext): number {
  if (typeof target === 'number') {
    if (Number.isInteger(target) && target >= 0 && target < vocabulary.tokenCount) return target;
    throw new GrammaskError('TOKEN_RANGE', `there is no token ${target}`, {
      hint: `the model has ${vocabulary.tokenCount} tokens`,
    });
  }
  if (typeof target !== 'string') throw expected('a token id, or the text of one token,', 'target', target);
  const special = vocabulary.specialToken(target);
  if (special !== undefined) return special;
  const wanted = Buffer.from(target);
  for (let token = 0; token < vocabulary.tokenCount; token++) {
    if (!vocabulary.isSpecial(token) && wanted.equals(vocabulary.bytes(token))) return token;
  }
  throw new GrammaskError('ARGUMENT', `no token of the model has the text ${JSON.stringify(target)}`, {
    hint: 'mind the space before a word; a target of several tokens needs a language of the answer',
  });
}

function isMaskedOut(
  target: Outcome,
  reading: AnswerReading,
  constraint: Constraint | undefined,
  treeOf: (targets: readonly Outcome[]) => AnswerTree,
): boolean {
  if (constraint === undefined) return false;
  if (reading.kind === 'token') {
    const tree = treeOf([]);
    const { mask } = tree.root;
    tree.dispose();
    const token = Number(target);
    return (((mask[token >>> 5] ?? 0) >>> (token & 31)) & 1) === 0;
  }
  if (reading.kind === 'answer') return !constraint.makeGrammar().test(JSON.parse(target) as string);
  const { schema } = constraint;
  return schema !== undefined && !mayHaveField(schema, reading.path, target);
}
