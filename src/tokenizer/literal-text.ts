/** Turns text into token ids, without the ids that begin or end a text. */
export type Encode = (text: string) => readonly number[];

/**
 * An encoder for which the spelling of a special token is text like any other: a source file that holds `<|endoftext|>`
 * must not end the prompt. Such a spelling is cut after its first character, and the parts are encoded one by one.
 *
 * @param special spellings of the tokens that the tokenizer would find in a text
 */
export function literalEncoder(encode: Encode, special: readonly string[]): Encode {
  const names = special.filter((name) => name.length > 1);
  if (names.length === 0) return encode;
  const firsts = new Set(names.map((name) => name.charAt(0)));
  return (text) => {
    const ids: number[] = [];
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      if (!firsts.has(text.charAt(at)) || !names.some((name) => text.startsWith(name, at))) continue;
      const cut = at + String.fromCodePoint(text.codePointAt(at) as number).length;
      ids.push(...encode(text.slice(start, cut)));
      start = cut;
    }
    if (start < text.length) ids.push(...encode(text.slice(start)));
    return ids;
  };
}

/** Begins with a character that no text begins with by chance, so that a blank before it can be told from one of the text. */
const MARK = '\u263a';

/** An encoder of text that goes on after something else, for tokenizers that put a blank before every text. */
export function continuingEncoder(encode: Encode): Encode {
  const mark = encode(MARK);
  return (text) => {
    const ids = encode(MARK + text);
    // Merged with what follows, the mark cannot be taken off.
    return mark.every((id, i) => ids[i] === id) ? ids.slice(mark.length) : encode(text);
  };
}
