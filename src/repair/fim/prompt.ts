import { GrammaskError } from '../../errors.js';
import { continuingEncoder, type Encode } from '../../tokenizer/literal-text.js';
import type { FimFormat } from './formats.js';
import { trimEnd, trimStart } from './trim.js';

/** A gap and the tokens there are for it. */
export interface PromptRequest {
  readonly prefix: string;
  readonly suffix: string;
  /** Encodes text as text: see `literalEncoder`. */
  readonly encode: Encode;
  /** Positions of the model. */
  readonly contextLength: number;
  /** Tokens that are kept free for what is written. */
  readonly reserve: number;
}

/** A prompt as token ids, and what of the file did not fit. */
export interface FilledPrompt {
  readonly ids: Int32Array;
  /** UTF-16 units of the prefix (from its start) and of the suffix (from its end) that were left out. */
  readonly leftOfPrefix: number;
  readonly leftOfSuffix: number;
}

/**
 * The prompt by which a model fills a gap: prefix, suffix, then what is to be written. Each side gets half of the tokens;
 * what one does not need goes to the other.
 *
 * @throws GrammaskError `BUDGET_TOO_SMALL` where not even the markers fit
 */
export function infillPrompt(format: FimFormat, request: PromptRequest): FilledPrompt {
  const { prefix, suffix, encode } = request;
  const encodeSuffix = format.addsBlank ? continuingEncoder(encode) : encode;
  const room = roomFor(request, format.begin.length + 3);
  const half = Math.floor(room / 2);
  // Who needs less than half says so first.
  const short = trimEnd(suffix, half, encodeSuffix);
  const before = trimStart(prefix, room - (short.left === 0 ? short.ids.length : half), encode);
  const after = short.left === 0 ? short : trimEnd(suffix, room - before.ids.length, encodeSuffix);
  const { begin, prefix: prefixMark, suffix: suffixMark, middle } = format;
  return {
    ids: Int32Array.from([...begin, prefixMark, ...before.ids, suffixMark, ...after.ids, middle]),
    leftOfPrefix: before.left,
    leftOfSuffix: after.left,
  };
}

/** What is asked of a model that was not trained to fill gaps. */
export interface PrefixRequest extends PromptRequest {
  /** Ids that begin every text of the model. */
  readonly begin?: readonly number[] | undefined;
  /** The line that is wrong: it stands above the gap in a comment, so that the model knows what to write otherwise. */
  readonly wrongLine?: string | undefined;
  /** What begins a comment. Default `//`. */
  readonly comment?: string | undefined;
}

/**
 * The prompt for any other model: the text before the gap. The suffix is not seen by it.
 *
 * @throws GrammaskError `BUDGET_TOO_SMALL` where nothing fits
 */
export function prefixPrompt(request: PrefixRequest): FilledPrompt {
  const { suffix, encode, begin = [] } = request;
  const before = trimStart(withComment(request), roomFor(request, begin.length), encode);
  return {
    ids: Int32Array.from([...begin, ...before.ids]),
    leftOfPrefix: Math.min(before.left, request.prefix.length),
    leftOfSuffix: suffix.length,
  };
}

/** The comment goes above the line of the gap, with its indentation. */
function withComment({ prefix, wrongLine, comment = '//' }: PrefixRequest): string {
  const text = wrongLine?.trim().replace(/\s*[\r\n]+\s*/g, ' ') ?? '';
  if (text === '') return prefix;
  const start = prefix.lastIndexOf('\n') + 1;
  const indentation = /^[\t ]*/.exec(prefix.slice(start))?.[0] ?? '';
  return `${prefix.slice(0, start)}${indentation}${comment} wrong: ${text}\n${prefix.slice(start)}`;
}

function roomFor({ contextLength, reserve }: PromptRequest, markers: number): number {
  const room = contextLength - reserve - markers;
  if (room > 0) return room;
  throw new GrammaskError(
    'BUDGET_TOO_SMALL',
    `the model has ${contextLength} positions, ${reserve} of them reserved`,
    {
      hint: `reserve less: the prompt needs more than ${markers}`,
    },
  );
}
