import type { ProgramBuilder } from '../program-builder.js';
import type { IdRange } from '../program-format.js';
import { parseEmbeddedJson } from './lark-options.js';
import type { LarkReader } from './lark-reader.js';
import type { LarkNode } from './lark-tree.js';
import { chunkCharacters, chunkWords } from './substring-chunks.js';

const MAX_TOKEN_ID = 0xfffffffe;

/** `<name>`, or a set of ids: `<[1,3-8]>`, `<[^1]>`, `<[*]>`. */
export function parseTokens(reader: LarkReader, text: string, offset: number): LarkNode {
  const fail = (message: string, hint?: string): never => reader.fail('SYNTAX', offset, message, hint);
  if (!text.startsWith('[') || !text.endsWith(']')) return { kind: 'tokenName', name: `<${text}>`, offset };
  const inner = text.slice(1, -1);
  const excluded = inner.startsWith('^');
  const list = excluded ? inner.slice(1) : inner;
  if (list === '*') {
    if (excluded) fail('<[^*]> is no token at all', 'name the tokens that are left out');
    // Every token, that is: all but none.
    return { kind: 'tokenIds', ids: [], excluded: true, offset };
  }
  const ids = list.split(',').map((part): IdRange => {
    const found = /^([0-9]{1,10})(?:-([0-9]{1,10}))?$/.exec(part);
    if (found === null)
      return fail(`${part || 'nothing'} is no token id`, 'write <[1]>, <[1-5]>, <[1,3-8]> or <[^1]>');
    const lo = Number(found[1]);
    const hi = Number(found[2] ?? found[1]);
    if (lo > hi) fail(`the ids ${part} are out of order`);
    if (hi > MAX_TOKEN_ID) fail(`the token id ${hi} is too large`);
    return [lo, hi];
  });
  return { kind: 'tokenIds', ids, excluded, offset };
}

/** The runs of chunks that `%regex { … }` stands for. */
export function parseSubstring(
  builder: ProgramBuilder,
  reader: LarkReader,
  token: Parameters<typeof parseEmbeddedJson>[2],
): LarkNode {
  const value = parseEmbeddedJson(builder, reader, token);
  const fail = (message: string, hint?: string): never =>
    reader.fail('SYNTAX', token.textOffset, message, hint);
  const form = 'write one of substring_words, substring_chars and substring_chunks';
  if (value.kind !== 'object') return fail('%regex needs an object', form);
  const [member, ...others] = value.members;
  if (member === undefined || others.length > 0) return fail('%regex has exactly one member', form);
  const [name, what] = member;
  const node = (chunks: readonly string[]): LarkNode => ({ kind: 'substring', chunks, offset: token.offset });
  switch (name) {
    case 'substring_words':
    case 'substring_chars':
      if (what.kind !== 'string') return fail(`${name} is a text`);
      if (!what.value.isWellFormed()) return fail(`the text of ${name} is not well-formed Unicode`);
      return node(name === 'substring_words' ? chunkWords(what.value) : chunkCharacters(what.value));
    case 'substring_chunks':
      if (what.kind !== 'array') return fail('substring_chunks is a list of texts');
      return node(
        what.items.map((item) => {
          if (item.kind !== 'string') return fail('substring_chunks is a list of texts');
          if (!item.value.isWellFormed()) return fail('a chunk is not well-formed Unicode');
          return item.value;
        }),
      );
    default:
      return fail(`%regex knows no ${JSON.stringify(name)}`, form);
  }
}
