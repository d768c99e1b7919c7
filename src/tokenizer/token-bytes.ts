// From a token's spelling in tokenizer.json to the bytes that it adds in the middle of a text.
//
// Two families spell bytes:
// - byte-level: each character of the spelling stands for one byte, by GPT-2's alphabet of 256 printable characters;
// - metaspace: the spelling is the text with U+2581 for a space, and `<0x0A>` for a single byte (byte fallback).
// Which one it is, the decoder says; the pre-tokenizer does where there is no decoder. What a decoder does only at the
// start or end of the whole text (a dropped leading space) does not belong to a token.

import { GrammaskError } from '../errors.js';
import { isJsonObject, type JsonObject, member, stringMember } from './json-value.js';
import { textToBytes } from './vocabulary-data.js';

/** How spellings become bytes. */
export interface TokenDecoder {
  /** Bytes of a token of the model. */
  model(spelling: string, token: number): Uint8Array;
  /** Bytes of an added token that is not special: its content is text already. */
  added(content: string, token: number): Uint8Array;
}

/** GPT-2's table: the printable bytes of Latin-1 stand for themselves, the others follow from U+0100. */
function byteLevelTable(): Int16Array {
  const table = new Int16Array(0x144).fill(-1);
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    table[printable ? byte : next++] = byte;
  }
  return table;
}

const byteOfCharacter = byteLevelTable();

function byteLevelBytes(spelling: string, token: number): Uint8Array {
  const bytes = new Uint8Array(spelling.length);
  for (let i = 0; i < spelling.length; i++) {
    const byte = byteOfCharacter[spelling.charCodeAt(i)] ?? -1;
    // As the Hugging Face decoder does: a spelling outside the alphabet is its own text.
    if (byte < 0) return textToBytes(spelling, token);
    bytes[i] = byte;
  }
  return bytes;
}

type Step =
  | { kind: 'replace'; from: string; to: string }
  | { kind: 'byteFallback' }
  | { kind: 'strip'; content: string; start: number; stop: number };

/** The token decoder of a tokenizer.json. Throws `VOCABULARY` with the reason where its tokens have no fixed bytes. */
export function tokenDecoder(tokenizer: JsonObject): TokenDecoder {
  const decoder = member(tokenizer, 'decoder');
  const parts = isJsonObject(decoder) ? flatten(decoder, 'decoders') : fallbackParts(tokenizer);
  if (parts.some((part) => stringMember(part, 'type') === 'ByteLevel')) {
    return { model: byteLevelBytes, added: textToBytes };
  }
  const steps = chainSteps(parts);
  if (member(member(tokenizer, 'model'), 'byte_fallback') === true && !steps.some(isByteFallback)) {
    steps.push({ kind: 'byteFallback' });
  }
  const run = (spelling: string, token: number): Uint8Array => runSteps(steps, spelling, token);
  return { model: run, added: run };
}

function isByteFallback(step: Step): boolean {
  return step.kind === 'byteFallback';
}

/** The parts of a sequence in order. Nested sequences are unfolded without recursion. */
function flatten(part: unknown, list: string): unknown[] {
  const flat: unknown[] = [];
  const stack: unknown[] = [part];
  while (stack.length > 0) {
    const top = stack.pop();
    const children = stringMember(top, 'type') === 'Sequence' ? member(top, list) : undefined;
    if (!Array.isArray(children)) flat.push(top);
    else for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]);
  }
  return flat;
}

/** Without a decoder, the pre-tokenizer or normalizer tells the family. */
function fallbackParts(tokenizer: JsonObject): unknown[] {
  const found = [
    ...flatten(member(tokenizer, 'pre_tokenizer'), 'pretokenizers'),
    ...flatten(member(tokenizer, 'normalizer'), 'normalizers'),
  ].filter((part) => {
    const type = stringMember(part, 'type');
    return type === 'ByteLevel' || type === 'Metaspace';
  });
  if (found.length > 0) return found;
  throw refuse(
    'the tokenizer has neither a decoder nor a ByteLevel or Metaspace pre-tokenizer, so nothing says which bytes its tokens stand for',
    'pass the bytes of each token yourself (Vocabulary.fromTokens)',
  );
}

function chainSteps(parts: readonly unknown[]): Step[] {
  const steps: Step[] = [];
  for (const part of parts) {
    const type = stringMember(part, 'type');
    switch (type) {
      case 'Fuse':
        return steps; // what follows works on the whole text
      case 'ByteFallback':
        steps.push({ kind: 'byteFallback' });
        break;
      case 'Metaspace':
        steps.push({ kind: 'replace', from: stringMember(part, 'replacement') ?? '\u2581', to: ' ' });
        break;
      case 'Replace':
        steps.push(replaceStep(part));
        break;
      case 'Strip':
        steps.push(stripStep(part));
        break;
      default:
        throw refuseDecoder(type);
    }
  }
  return steps;
}

function replaceStep(part: unknown): Step {
  const from = stringMember(member(part, 'pattern'), 'String');
  const to = stringMember(part, 'content');
  if (from === undefined || from === '' || to === undefined) {
    throw refuse('the decoder replaces a pattern that is not a fixed text');
  }
  return { kind: 'replace', from, to };
}

function stripStep(part: unknown): Step {
  const content = stringMember(part, 'content');
  const start = member(part, 'start') ?? 0;
  const stop = member(part, 'stop') ?? 0;
  if (content === undefined || content === '' || !isCount(start) || !isCount(stop)) {
    throw refuse("the decoder's Strip does not say what to strip");
  }
  return { kind: 'strip', content, start, stop };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function runSteps(steps: readonly Step[], spelling: string, token: number): Uint8Array {
  let text = spelling;
  for (const step of steps) {
    if (step.kind === 'replace') {
      text = text.replaceAll(step.from, () => step.to);
    } else if (step.kind === 'strip') {
      text = strip(text, step.content, step.start, step.stop);
    } else if (/^<0x[0-9a-fA-F]{2}>$/.test(text)) {
      return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16));
    }
  }
  return textToBytes(text, token);
}

function strip(text: string, content: string, start: number, stop: number): string {
  let from = 0;
  for (let i = 0; i < start && text.startsWith(content, from); i++) from += content.length;
  let to = text.length;
  for (let i = 0; i < stop && to - content.length >= from && text.endsWith(content, to); i++)
    to -= content.length;
  return text.slice(from, to);
}

function refuseDecoder(type: string | undefined): GrammaskError {
  if (type === undefined) return refuse("the tokenizer's decoder has no type");
  if (type === 'WordPiece' || type === 'BPEDecoder' || type === 'CTC') {
    return refuse(
      `the tokenizer's decoder is ${type}, which sets spaces between tokens by their neighbours, so a token has no bytes of its own`,
      'choose a model with a byte-level or byte-fallback tokenizer',
    );
  }
  return refuse(`the tokenizer's decoder ${JSON.stringify(type.slice(0, 60))} is not known`);
}

function refuse(message: string, hint?: string): GrammaskError {
  return new GrammaskError('VOCABULARY', message, { hint });
}
