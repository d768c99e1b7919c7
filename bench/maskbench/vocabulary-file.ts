// A vocabulary as a text: a line `ID HEX FLAG` a token, in order of id. HEX is its bytes; FLAG is `-` for text, `s` for a control
// token, `e` for one that ends a text.
import type * as Package from '../../src/index.js';
import { Vocabulary } from '../package.js';
import { readText } from './result-lines.js';

export function readVocabularyFile(file: string): Package.Vocabulary {
  const tokens: (Uint8Array | null)[] = [];
  const stopTokens: number[] = [];
  const specialTokens: number[] = [];
  for (const [index, line] of readText(file).trimEnd().split('\n').entries()) {
    const [id = '', hex = '', flag = '-'] = line.split(' ');
    if (Number(id) !== index || hex.length % 2 !== 0) {
      throw new Error(`${file}, line ${index + 1}: not a token of a vocabulary: ${line.slice(0, 60)}`);
    }
    tokens.push(Buffer.from(hex, 'hex'));
    if (flag === 'e') stopTokens.push(index);
    if (flag === 's') specialTokens.push(index);
  }
  return Vocabulary.fromTokens(tokens, { stopTokens, specialTokens });
}
