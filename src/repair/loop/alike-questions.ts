import type { OnSlot, SlotQuestion } from '../../generate/slot-asker.js';
import { endsOperand, type LineToken, type PlainLine, plainLine } from './line-tokens.js';

/** Answers for questions that are alike, of one hole. */
export interface AlikeAnswers {
  readonly names: Map<string, readonly string[]>;
  /** Questions that were answered from here. */
  hits: number;
}

export const noAnswers = (): AlikeAnswers => ({ names: new Map(), hits: 0 });

/**
 * Asks once where questions must have one answer: which values are in scope changes on a line of plain expressions only by what it declares, and
 * which members `a.b` has only by what narrows it. Answers that are unknown are not kept, for they may have come too late.
 */
export function askingOnce(onSlot: OnSlot, answers: AlikeAnswers): OnSlot {
  return async (question) => {
    const key = keyOf(question);
    const known = key === undefined ? undefined : answers.names.get(key);
    if (known !== undefined) {
      answers.hits += 1;
      return known;
    }
    // How many blanks there are makes no difference, and a model may write one after the other.
    const names = await onSlot({
      ...question,
      text: question.typed === '' ? question.text.replace(/[\t ]+$/, ' ') : question.text,
    });
    if (key !== undefined && Array.isArray(names)) answers.names.set(key, names);
    return names;
  };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Equal for questions that have the same answer in one hole; undefined where that is not known. */
export function keyOf({ name, text, typed, beforeBytes }: SlotQuestion): string | undefined {
  const written = text.slice(0, text.length - typed.length) + decoder.decode(beforeBytes);
  const line = plainLine(written);
  if (line === undefined) return undefined;
  if (name === 'value') return valueKey(line);
  return name === 'member' ? memberKey(line) : undefined;
}

const kindsOf = (tokens: readonly LineToken[]): string => tokens.map(({ kind }) => kind).join(' ');

/** What is open: each bracket with what stands in front of it. */
function openKey({ tokens, open }: PlainLine): string {
  return open.map((index) => kindsOf(tokens.slice(Math.max(0, index - 2), index + 1))).join('|');
}

function valueKey(line: PlainLine): string | undefined {
  const { tokens, declares } = line;
  if (endsOperand(tokens.at(-1))) return undefined;
  return ['value', declares ?? '', openKey(line), kindsOf(tokens.slice(-2))].join('\n');
}

function memberKey(line: PlainLine): string | undefined {
  const { tokens, declares } = line;
  const dot = tokens.length - 1;
  const sign = tokens[dot]?.kind;
  if (sign !== '.' && sign !== '?.') return undefined;
  // The type of what is being declared is not known.
  if (line.narrows || tokens.some(({ kind, text }) => kind === 'i' && text === declares)) return undefined;
  const start = receiverStart(tokens, dot - 1);
  if (start === undefined) return undefined;
  const receiver = tokens
    .slice(start, dot)
    .map(({ text }) => text)
    .join(' ');
  const isFirst = start === 0 && declares === undefined;
  return [
    'member',
    isFirst,
    openKey(line),
    kindsOf(tokens.slice(Math.max(0, start - 2), start)),
    receiver,
    sign,
  ].join('\n');
}

/** Where the expression begins that ends with a token; undefined where an operator such as `new` belongs to it. */
function receiverStart(tokens: readonly LineToken[], end: number): number | undefined {
  for (let at = end; at >= 0; ) {
    const token = tokens[at] as LineToken;
    if (token.opener !== undefined) {
      const before = tokens[token.opener - 1];
      if (!endsOperand(before)) return before?.kind === 'new' ? undefined : token.opener;
      at = token.opener - 1;
      continue;
    }
    if (!endsOperand(token)) return undefined;
    const before = tokens[at - 1]?.kind;
    if (before === 'new') return undefined;
    if (before !== '.' && before !== '?.') return at;
    at -= 2;
  }
  return undefined;
}
