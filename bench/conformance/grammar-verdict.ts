// What the engine says of a row.
import { Compiler, type Grammar, GrammaskError, Vocabulary } from '../../src/index.js';
import { makeGrammar, makeToolCall, NotSupported } from './grammar-constructors.js';
import type { Row, RowTokenizer, Verdict } from './grammar-rows.js';

/** Tokens that end a text where a row names none, as XGrammar finds them: by their names. */
const STOP_NAMES = new Set([
  '</s>',
  '<|end_of_text|>',
  '<|eot_id|>',
  '<|endoftext|>',
  '<eos>',
  '<|eos|>',
  '<end_of_turn>',
  '<\uff5cend\u2581of\u2581sentence\uff5c>',
]);

/** From the source itself, or from the tools that a tag was made for. */
export type Way = 'source' | 'toolCall';

export interface Answer {
  readonly verdict: Verdict | 'unsupported';
  /** Why a grammar was refused, or what in the steps was not as it should be. */
  readonly message?: string;
}

/** The verdict that a row asks for. */
export function expectedVerdict(row: Row): Verdict {
  if (row.expectError !== undefined) return row.expectError ? 'refused' : 'made';
  return row.expected ? 'accepted' : 'rejected';
}

export function waysOf(row: Row): readonly Way[] {
  return row.options.builtin === undefined ? ['source'] : ['source', 'toolCall'];
}

/** Answers rows; grammars of neighbouring rows are made once. */
export function createJudge(): (row: Row, way: Way) => Answer {
  let lastKey: string | undefined;
  let last: Grammar | Answer | undefined;

  function make(row: Row, way: Way): Grammar | Answer {
    const key = JSON.stringify([row.suite, row.kind, row.grammar, row.options, way]);
    if (key !== lastKey || last === undefined) last = makeOrRefuse(row, way);
    lastKey = key;
    return last;
  }

  return (row, way) => {
    const grammar = make(row, way);
    if ('verdict' in grammar) return grammar;
    if (row.expectError !== undefined) return { verdict: 'made' };
    try {
      if (row.steps !== undefined) return stepThrough(grammar, row);
      const input = row.inputB64 === undefined ? (row.input ?? '') : Buffer.from(row.inputB64, 'base64');
      const holds = row.mode === 'prefix' ? grammar.testPrefix(input) : grammar.test(input);
      return { verdict: holds ? 'accepted' : 'rejected' };
    } catch (error) {
      return refusal(error);
    }
  };
}

function makeOrRefuse(row: Row, way: Way): Grammar | Answer {
  const { builtin } = row.options;
  try {
    return way === 'toolCall' && builtin !== undefined
      ? makeToolCall(builtin)
      : makeGrammar(row, row.tokenizer);
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Answer {
  if (error instanceof NotSupported) return { verdict: 'unsupported', message: error.message };
  // STATE: the engine could not be loaded.
  if (!GrammaskError.isInstance(error) || error.code === 'STATE') throw error;
  return { verdict: 'refused', message: `${error.code}: ${error.message}` };
}

/** Gives the tokens of a row to a matcher, with the masks that the row asks for. */
function stepThrough(grammar: Grammar, row: Row): Answer {
  const vocabulary = vocabularyOf(row.tokenizer as RowTokenizer, namedTokens(row));
  using compiler = new Compiler(vocabulary, { threads: 1 });
  using compiled = compiler.compileSync(grammar);
  using matcher = compiled.matcher();
  const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
  let masked = false;
  for (const [index, step] of (row.steps ?? []).entries()) {
    if ('mask' in step) {
      matcher.fillMask(mask);
      masked = true;
      continue;
    }
    const accepted = 'token' in step ? matcher.accept(step.token) : matcher.acceptBytes(step.text);
    if (masked && 'token' in step) {
      const allowed = (((mask[step.token >> 5] as number) >>> (step.token & 31)) & 1) === 1;
      // A fault of the engine, which no list of differences may hide.
      if (allowed !== accepted) throw new Error(`${row.id}: mask and accept differ at step ${index}`);
    }
    masked = false;
    if (!accepted) return { verdict: 'rejected', message: `step ${index} is not accepted` };
  }
  const holds = row.mode === 'prefix' || matcher.isAccepting || matcher.isTerminated;
  return holds ? { verdict: 'accepted' } : { verdict: 'rejected', message: 'the text is not complete' };
}

/** The tokens that a grammar in Lark calls by their names: there they have no text. */
function namedTokens({ kind, grammar }: Row): ReadonlySet<string> {
  if (kind !== 'lark') return new Set();
  return new Set(grammar.replaceAll(/"[^"\n]*"/g, '').match(/<[^<>\s[\]]+>/g));
}

/**
 * The vocabulary of a row. Bytes that it cannot spell become tokens behind its own, which no step uses: our vocabularies
 * have a token for every byte that a language needs.
 */
function vocabularyOf({ vocab, stop_token_ids: stop }: RowTokenizer, named: ReadonlySet<string>): Vocabulary {
  const own = vocab.map((token) => (typeof token === 'string' ? token : Buffer.from(token.b64, 'base64')));
  const spelled = new Set(own.map((token) => Buffer.from(token).toString('hex')));
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const tokens = [...own, ...bytes.filter((byte) => !spelled.has(Buffer.from(byte).toString('hex')))];
  const idsWhere = (holds: (token: string | Uint8Array) => boolean): number[] =>
    tokens.flatMap((token, id) => (holds(token) ? [id] : []));
  const stopTokens = stop ?? idsWhere((token) => typeof token === 'string' && STOP_NAMES.has(token));
  // Only what has no text is a special token there: names such as <s> are text too.
  const specialTokens = idsWhere(
    (token) => token.length === 0 || (typeof token === 'string' && named.has(token)),
  ).filter((id) => !stopTokens.includes(id));
  return Vocabulary.fromTokens(tokens, { stopTokens, specialTokens });
}
