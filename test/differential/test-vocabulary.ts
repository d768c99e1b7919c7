import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Vocabulary } from '../../src/index.js';
import { DEAD, type Machine, TOKEN } from '../oracle/machine.js';
import { seededRandom } from '../support/seeded-random.js';

/** The tokens of a vocabulary, as the oracle knows them: it never asks the engine. */
export interface TestVocabulary {
  readonly name: string;
  readonly tokens: readonly (Uint8Array | null)[];
  readonly stopTokens: readonly number[];
  readonly specialTokens: readonly number[];
  readonly engine: Vocabulary;
  /** Ids of the tokens with text, sorted by their bytes. */
  readonly sorted: Int32Array;
  /** For each of `sorted`, how many bytes it shares with the one before it. */
  readonly shared: Int32Array;
}

function testVocabulary(
  name: string,
  texts: readonly (Uint8Array | null)[],
  special: readonly string[],
): TestVocabulary {
  const encoder = new TextEncoder();
  const specialTokens = special.map((_, index) => texts.length + index);
  const stop = texts.length + special.length;
  const engine = Vocabulary.fromTokens(
    [...texts, ...special.map((text) => encoder.encode(text)), encoder.encode('</s>')],
    // Logits are often wider than the vocabulary.
    { stopTokens: [stop], specialTokens, logitsSize: stop + 6 },
  );
  const tokens = [...texts, ...special.map(() => null), null];
  const ids = tokens.flatMap((bytes, id) => (bytes === null || bytes.length === 0 ? [] : [id]));
  ids.sort((a, b) => Buffer.compare(tokens[a] as Uint8Array, tokens[b] as Uint8Array));
  const shared = ids.map((id, index) => {
    const bytes = tokens[id] as Uint8Array;
    const before = index === 0 ? new Uint8Array() : (tokens[ids[index - 1] as number] as Uint8Array);
    let length = 0;
    while (length < bytes.length && bytes[length] === before[length]) length += 1;
    return length;
  });
  return {
    name,
    tokens,
    stopTokens: [stop],
    specialTokens,
    engine,
    sorted: Int32Array.from(ids),
    shared: Int32Array.from(shared),
  };
}

const everyByte = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));

/** Texts that end one thing and begin the next, or end in the middle of one; one twice, and one without bytes. */
const NASTY = [
  '":',
  '","',
  '"}',
  '0.',
  'e-',
  '\\u00',
  'tru',
  '  ',
  '}}',
  '{"',
  'ab',
  '',
  '],',
  '":{"',
  '{}',
  '[]',
  'null',
  'false,',
  '-0',
  '00',
  '12',
  '1e',
  '.5',
  'a"',
  'ab',
  'aba',
  'b"',
  '\\"',
  '\\ud8',
  '3d\\ude',
  '\\n',
  '"a":1',
  'é',
  '"é',
  '😀',
  'kind',
  '()',
  '+a',
];
const PARTIAL: number[][] = [[0xc3], [0xa9, 0x22], [0xf0, 0x9f], [0x98, 0x80]];

/** 300 tokens: every byte, and others chosen to be nasty. */
export function smallTestVocabulary(): TestVocabulary {
  const encoder = new TextEncoder();
  const texts = [
    ...everyByte,
    ...NASTY.map((text) => encoder.encode(text)),
    ...PARTIAL.map((bytes) => Uint8Array.from(bytes)),
  ];
  return testVocabulary('300 tokens', texts, ['<|x|>']);
}

/** The tokens of a .tiktoken file of gpt-tokenizer. */
function tiktoken(name: string): Uint8Array[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('gpt-tokenizer')), '..', 'data');
  const tokens: Uint8Array[] = [];
  for (const line of readFileSync(join(folder, `${name}.tiktoken`), 'latin1')
    .trim()
    .split('\n')) {
    const [bytes = '', id = ''] = line.split(' ');
    tokens[Number(id)] = Uint8Array.from(Buffer.from(bytes, 'base64'));
  }
  return Array.from(tokens, (bytes) => bytes ?? new Uint8Array());
}

/** 4,096 tokens: every byte, and tokens of a real vocabulary, half of them with a byte that JSON needs. */
export function middleTestVocabulary(): TestVocabulary {
  const random = seededRandom(4096);
  const real = tiktoken('o200k_base').filter((bytes) => bytes.length > 1 && bytes.length < 20);
  const jsonLike = real.filter((bytes) =>
    bytes.some((byte) => '{}[]",:0123456789.\\'.includes(String.fromCharCode(byte))),
  );
  const chosen = new Set<Uint8Array>();
  while (chosen.size < 4096 - 256 - 2) chosen.add(random.pick(chosen.size % 2 === 0 ? real : jsonLike));
  return testVocabulary('4,096 tokens', [...everyByte, ...chosen], ['<|x|>']);
}

/** A whole real vocabulary of more than 100,000 tokens. */
export function largeTestVocabulary(name: 'cl100k_base' | 'o200k_base'): TestVocabulary {
  return testVocabulary(name, tiktoken(name), ['<|x|>']);
}

/** The mask by the oracle: a token is allowed if and only if its bytes lead on. */
export function oracleMask(machine: Machine, state: number, vocabulary: TestVocabulary): Int32Array {
  const { tokens, sorted, shared } = vocabulary;
  const mask = new Int32Array(Math.ceil(vocabulary.engine.size / 32));
  const allow = (id: number): void => {
    mask[id >> 5] = (mask[id >> 5] as number) | (1 << (id & 31));
  };
  if (state === DEAD) return mask;
  // states[d] is the one behind d bytes of the token; beyond `known` bytes of it nothing was computed.
  const states: number[] = [state];
  let known = 0;
  sorted.forEach((id, index) => {
    const bytes = tokens[id] as Uint8Array;
    known = Math.min(known, shared[index] as number);
    while (known < bytes.length && states[known] !== DEAD) {
      states[known + 1] = machine.step(states[known] as number, bytes[known] as number);
      known += 1;
    }
    if (known === bytes.length && states[known] !== DEAD) allow(id);
  });
  for (const id of vocabulary.specialTokens) if (machine.step(state, TOKEN + id) !== DEAD) allow(id);
  if (machine.accepts(state)) for (const id of vocabulary.stopTokens) allow(id);
  return mask;
}

/** The oracle's state behind a token that is no stop token. */
export function oracleStep(
  machine: Machine,
  state: number,
  vocabulary: TestVocabulary,
  token: number,
): number {
  if (vocabulary.specialTokens.includes(token)) return machine.step(state, TOKEN + token);
  const bytes = vocabulary.tokens[token] ?? null;
  if (bytes === null || bytes.length === 0) return DEAD;
  let at = state;
  for (const byte of bytes) at = at === DEAD ? DEAD : machine.step(at, byte);
  return at;
}

export function isAllowed(mask: Int32Array, token: number): boolean {
  return (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
}

export function allowedTokens(mask: Int32Array): number[] {
  const ids: number[] = [];
  mask.forEach((word, index) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) {
      ids.push(index * 32 + 31 - Math.clz32(rest & -rest));
    }
  });
  return ids;
}
