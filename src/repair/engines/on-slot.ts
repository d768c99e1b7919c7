import { checkOptions, expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import type { OnSlot, SlotQuestion } from '../../generate/slot-asker.js';
import { type BalancedText, type BalanceOptions, createBalancedHole } from './balanced-hole.js';
import type { CompletionEngine } from './completion-engine.js';

/** Where the generated text goes, and how it is read. */
export interface OnSlotOptions extends BalanceOptions {
  /** The file that is written. */
  readonly file: string;
  /** The text of the file in front of the hole, and behind it. Default: empty. */
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
  /**
   * Places at which a name may also be a new one, as the parameter in `x => x`, are unknown by default. `'grammar'`: the grammar
   * reads new names apart from the slot, so that a slot is a reference only; then the list of what can be referred to is
   * closed there too.
   */
  readonly newNames?: 'unknown' | 'grammar' | undefined;
  /** Makes the text that the engine sees, instead of `balancedHole`: the hole of a language that it does not know. */
  readonly balance?: ((prefix: string, written: string, suffix: string) => BalancedText) | undefined;
}

/**
 * Turns a completion engine into `onSlot` of `generate`. The engine is asked once where an identifier begins, without what is
 * written of it, however often the loop asks.
 *
 * @throws GrammaskError `ARGUMENT`; the function that is returned rejects with what the engine throws
 */
export function onSlotFromEngine(engine: CompletionEngine, options: OnSlotOptions): OnSlot {
  const {
    file,
    prefix = '',
    suffix = '',
    newNames = 'unknown',
    language,
    balance,
  } = checkOptions(options, ['file', 'prefix', 'suffix', 'newNames', 'language', 'balance']);
  if (typeof engine?.complete !== 'function') throw expected('a completion engine', 'engine', engine);
  if (typeof file !== 'string') throw expected('a path', 'file', file);
  if (newNames !== 'unknown' && newNames !== 'grammar') {
    throw expected("'unknown' or 'grammar'", 'newNames', newNames);
  }
  if (balance !== undefined && typeof balance !== 'function')
    throw expected('a function', 'balance', balance);
  const hole = createBalancedHole(prefix, suffix, { language });
  async function ask(slot: string, written: string, signal?: AbortSignal): Promise<readonly string[] | null> {
    const { text, offset, inside } = balance?.(prefix, written, suffix) ?? hole.balance(written);
    if (inside !== null) return null;
    const answer = await engine.complete({ slot, file: file as string, text, offset, signal });
    if (answer === null) return null;
    return answer.complete || (newNames === 'grammar' && answer.newNames) ? answer.names : null;
  }

  return async (question) => {
    const written = writtenBefore(question);
    return written === null ? null : ask(question.name, written, question.signal);
  };
}

/** What is generated up to where the identifier begins; null where that is no text. */
function writtenBefore({ text, beforeBytes, typed }: SlotQuestion): string | null {
  const ahead = decode(beforeBytes);
  if (ahead === null) return null;
  if (ahead !== '' || typed === '') return text + ahead;
  if (!text.endsWith(typed)) {
    throw new GrammaskError('ARGUMENT', `the text does not end with what is typed of the name: '${typed}'`);
  }
  return text.slice(0, text.length - typed.length);
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The token ends in the middle of a character.
    return null;
  }
}
