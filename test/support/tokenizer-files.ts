// Small tokenizer.json files of the families that are read, and texts to put through them.

export type Json = { [key: string]: unknown };

/** Texts with what tokenizers stumble over: white space, several scripts, emoji, control characters, JSON. */
export const texts: readonly string[] = [
  'Hello, world!',
  '  two spaces,\ta tab\n\n and  an empty line \n',
  '{"name": "Zoë", "tags": ["a\\n", "\\u00e9"], "n": -1.5e-7}',
  'naïve café, Straße, Ελληνικά, русский, 日本語のテキスト, العربية, हिन्दी',
  '😀 👩‍👩‍👧‍👦 e\u0301 \u{1F1E9}\u{1F1EA} \u200b zero width',
  'control \u0001\u001f\u007f and a no-break\u00a0space',
  'if (a >= b && c !== d) { return `x`; } // ok',
  'a'.repeat(300),
];

/** GPT-2's alphabet as its authors build it: byte to character. */
export function gpt2Alphabet(): string[] {
  const kept: number[] = [];
  for (const [from, to] of ['!~', '¡¬', '®ÿ'].map((range) => [...range])) {
    for (let code = from!.charCodeAt(0); code <= to!.charCodeAt(0); code++) kept.push(code);
  }
  const alphabet: string[] = [];
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    alphabet.push(String.fromCharCode(kept.includes(byte) ? byte : next++));
  }
  return alphabet;
}

export function addedToken(id: number, content: string, special: boolean): Json {
  return { id, content, special, single_word: false, lstrip: false, rstrip: false, normalized: false };
}

/** Byte-level BPE: 256 bytes, a few merges, an ordinary and two special added tokens. */
export function byteLevelFile(): Json {
  const merges = ['Ġ t', 'h e', 'Ġt he', 'Ã ©', 'Ġ Ġ', 'l l'];
  const spellings = [...gpt2Alphabet(), ...merges.map((merge) => merge.replace(' ', ''))];
  const vocab = Object.fromEntries(spellings.map((spelling, id) => [spelling, id]));
  const count = spellings.length;
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      addedToken(count, '<|endoftext|>', true),
      addedToken(count + 1, '<tool é>', false),
      addedToken(count + 2, '<|im_end|>', true),
    ],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', unk_token: null, byte_fallback: false, vocab, merges },
  };
}

function byteSpellings(): string[] {
  return Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
}

/** BPE with byte fallback and metaspace, as Llama 2 has it. */
export function byteFallbackFile(): Json {
  const merges = ['▁ t', 'h e', '▁t he', '▁ ▁'];
  const spellings = [
    '<unk>',
    '<s>',
    '</s>',
    ...byteSpellings(),
    '▁',
    ...'abcdefghijklmnopqrstuvwxyz,.é',
    ...merges.map((merge) => merge.replace(' ', '')),
  ];
  return {
    added_tokens: [addedToken(0, '<unk>', true), addedToken(1, '<s>', true), addedToken(2, '</s>', true)],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      unk_token: '<unk>',
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(spellings.map((spelling, id) => [spelling, id])),
      merges,
    },
  };
}

/** Unigram with metaspace, as T5-like models have it; no byte fallback. */
export function unigramFile(): Json {
  const pieces = ['<pad>', '</s>', '<unk>', '▁', '▁the', 'the', 'he', ...'abcdefghijklmnopqrstuvwxyz'];
  return {
    added_tokens: [addedToken(0, '<pad>', true), addedToken(1, '</s>', true), addedToken(2, '<unk>', true)],
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
    post_processor: null,
    decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
    model: { type: 'Unigram', unk_id: 2, vocab: pieces.map((piece, i) => [piece, -i]) },
  };
}
