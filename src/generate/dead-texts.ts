// Beginnings of an answer that were found to lead nowhere, and whole answers that are not wanted. They are texts and not tokens: another way
// to cut the same text into tokens leads nowhere, too. A tree of characters as `tokenText` writes them, so that a mask is looked through
// only where some of them go on from the text so far.
import type { Vocabulary } from '../engine/vocabulary.js';
import { clearBit, hasBit } from './mask-bits.js';
import { tokenText } from './token-text.js';
import { tokensByStart } from './tokens-by-start.js';

/** What no answer may be, or begin with: texts as `tokenText` writes them. */
export interface DeadTexts {
  /** No answer begins with it. */
  add(text: string): void;
  /** No answer begins with it where it ends a word there: a longer word is another one. */
  addWord(text: string): void;
  /** No answer is this one; longer ones may be. */
  addWhole(text: string): void;
  /** Whether an answer is one of these, or begins with one. */
  has(text: string): boolean;
  readonly isEmpty: boolean;
  /** Whether there was any; none is left. */
  clear(): boolean;
  /** Takes the tokens off a mask that lead from a text to a dead one, or through it, and those that end it where it may not end. */
  forbid(mask: Int32Array, text: string, vocabulary: Vocabulary, stopTokens: readonly number[]): void;
}

interface Node {
  readonly next: Map<string, Node>;
  /** What is dead here: whatever goes on, whatever goes on with another word, or the end alone. */
  dead?: 'all' | 'word' | 'whole';
}

const rank = { whole: 1, word: 2, all: 3 } as const;
// Bytes of characters beyond ASCII are taken for letters.
const isOfWord = (character: string): boolean => /[\w$\x80-\uffff]/.test(character);

export function createDeadTexts(): DeadTexts {
  let root: Node = { next: new Map() };

  function put(text: string, dead: NonNullable<Node['dead']>): void {
    let node = root;
    for (const character of text) {
      if (node.dead === 'all') return;
      let next = node.next.get(character);
      if (next === undefined) {
        next = { next: new Map() };
        node.next.set(character, next);
      }
      node = next;
    }
    if (node.dead === undefined || rank[dead] > rank[node.dead]) node.dead = dead;
    if (dead === 'all') node.next.clear();
  }

  /** Where a text leads from a node; `'dead'` where it passes what is dead, undefined where nothing is known of it. */
  function follow(from: Node, text: string): Node | 'dead' | undefined {
    let node = from;
    for (const character of text) {
      if (node.dead === 'word' && !isOfWord(character)) return 'dead';
      const next = node.next.get(character);
      if (next === undefined) return undefined;
      if (next.dead === 'all') return 'dead';
      node = next;
    }
    return node;
  }

  /** The same for bytes, of which a mask may ask for thousands: no text is made of them. */
  function leadsToDead(from: Node, bytes: Uint8Array, start: number, end: number): boolean {
    let node: Node | undefined = from;
    for (let at = start; at < end; at++) {
      const character = String.fromCharCode(bytes[at] as number);
      if (node.dead === 'word' && !isOfWord(character)) return true;
      node = node.next.get(character);
      if (node === undefined) return false;
      if (node.dead === 'all') return true;
    }
    return false;
  }

  const isEmpty = (): boolean => root.dead === undefined && root.next.size === 0;

  return {
    get isEmpty() {
      return isEmpty();
    },
    add: (text) => put(text, 'all'),
    addWord: (text) => put(text, 'word'),
    addWhole: (text) => put(text, 'whole'),
    has(text) {
      if (root.dead === 'all') return true;
      const end = follow(root, text);
      return end === 'dead' || end?.dead !== undefined;
    },
    clear() {
      const had = !isEmpty();
      root = { next: new Map() };
      return had;
    },
    forbid(mask, text, vocabulary, stopTokens) {
      const node = root.dead === 'all' ? 'dead' : follow(root, text);
      if (node === undefined) return;
      if (node === 'dead') {
        mask.fill(0);
        return;
      }
      if (node.dead !== undefined) for (const token of stopTokens) clearBit(mask, token);
      if (node.next.size === 0 && node.dead !== 'word') return;
      // Only what goes on with a character that is known here, or ends a word that is dead.
      const { bytes, offsets, byByte, special } = tokensByStart(vocabulary);
      for (const [byte, tokens] of byByte.entries()) {
        const character = String.fromCharCode(byte);
        if (!node.next.has(character) && (node.dead !== 'word' || isOfWord(character))) continue;
        for (const token of tokens) {
          if (!hasBit(mask, token)) continue;
          if (leadsToDead(node, bytes, offsets[token] as number, offsets[token + 1] as number)) {
            clearBit(mask, token);
          }
        }
      }
      for (const token of special) {
        if (hasBit(mask, token) && follow(node, tokenText(vocabulary, token)) === 'dead')
          clearBit(mask, token);
      }
    },
  };
}
