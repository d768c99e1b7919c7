import type { TokenizerFile } from '../../tokenizer/tokenizer-json.js';

/** How the models of a family are asked to fill a gap. */
export type FimFormatName = 'qwen' | 'starcoder' | 'santacoder' | 'deepseek' | 'codellama';

/** The tokens of an infilling prompt, found in a tokenizer: prefix marker, prefix, suffix marker, suffix, middle marker. */
export interface FimFormat {
  readonly name: FimFormatName;
  /** Ids that stand before the markers, such as the one that begins a text. */
  readonly begin: readonly number[];
  readonly prefix: number;
  readonly suffix: number;
  readonly middle: number;
  /** Ids that end what is filled in: end of text, padding, borders of files, and the markers themselves. */
  readonly stops: readonly number[];
  /** The tokenizer puts a blank before a text that is none of it: to be taken off the suffix. */
  readonly addsBlank: boolean;
}

interface Family {
  readonly name: FimFormatName;
  readonly markers: readonly [prefix: string, suffix: string, middle: string];
  readonly begins: readonly string[];
  readonly stops: readonly string[];
  readonly addsBlank?: boolean;
}

const families: readonly Family[] = [
  {
    // Qwen2.5-Coder; CodeGemma, whose texts begin with <bos>.
    name: 'qwen',
    markers: ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'],
    begins: ['<bos>'],
    stops: [
      ...['<|endoftext|>', '<|fim_pad|>', '<|file_sep|>', '<|repo_name|>', '<|im_end|>'],
      ...['<|file_separator|>', '<eos>', '<end_of_turn>'],
    ],
  },
  {
    // StarCoder, StarCoder2, Granite.
    name: 'starcoder',
    markers: ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'],
    begins: [],
    stops: ['<|endoftext|>', '<fim_pad>', '<file_sep>', '<repo_name>', '<filename>'],
  },
  {
    name: 'santacoder',
    markers: ['<fim-prefix>', '<fim-suffix>', '<fim-middle>'],
    begins: [],
    stops: ['<|endoftext|>', '<fim-pad>'],
  },
  {
    name: 'deepseek',
    markers: ['<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>'],
    begins: ['<｜begin▁of▁sentence｜>'],
    stops: ['<｜end▁of▁sentence｜>', '<|EOT|>', '<pad>'],
  },
  {
    name: 'codellama',
    markers: ['▁<PRE>', '▁<SUF>', '▁<MID>'],
    begins: ['<s>'],
    stops: ['▁<EOT>', '</s>'],
    addsBlank: true,
  },
];

/** Every spelling above, for tests. */
export const fimFormatNames: readonly FimFormatName[] = families.map(({ name }) => name);

/**
 * The infilling format that a tokenizer has the tokens of; null where it has none, and the model is asked by the text
 * before the gap alone. That the tokens are there does not mean that the model was trained on them.
 *
 * @param find the id of a token by its spelling in tokenizer.json
 * @param only this format, where a tokenizer has several
 */
export function findFimFormat(find: TokenizerFile['find'], only?: FimFormatName): FimFormat | null {
  for (const { name, markers, begins, stops, addsBlank = false } of families) {
    if (only !== undefined && name !== only) continue;
    const [prefix, suffix, middle] = markers.map(find);
    if (prefix === undefined || suffix === undefined || middle === undefined) continue;
    const known = stops.map(find).filter((id) => id !== undefined);
    return {
      name,
      begin: begins.map(find).filter((id) => id !== undefined),
      prefix,
      suffix,
      middle,
      stops: [...new Set([...known, prefix, suffix, middle])],
      addsBlank,
    };
  }
  return null;
}
