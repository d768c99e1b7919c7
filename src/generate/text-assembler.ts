/** Makes text of the bytes of tokens, piece by piece, and ends it at a stop text. */
export interface TextAssembler {
  /** The text that is certain now: whole characters, and nothing that could be the beginning of a stop text. */
  push(bytes: Uint8Array): string;
  /** What was held back, without a character that is not whole. */
  end(): string;
  /** Everything that `push` and `end` gave so far. */
  readonly text: string;
  /** A stop text was found; the text ends before it. */
  readonly isStopped: boolean;
}

export function createTextAssembler(stops: readonly string[] = []): TextAssembler {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let held = '';
  let isStopped = false;

  function give(length: number): string {
    const given = held.slice(0, length);
    held = held.slice(length);
    text += given;
    return given;
  }

  return {
    push(bytes) {
      if (isStopped) return '';
      held += decoder.decode(bytes, { stream: true });
      const at = firstOf(held, stops);
      if (at < 0) return give(held.length - possibleStop(held, stops));
      isStopped = true;
      held = held.slice(0, at);
      return give(at);
    },
    end() {
      return give(held.length);
    },
    get text() {
      return text;
    },
    get isStopped() {
      return isStopped;
    },
  };
}

function firstOf(text: string, stops: readonly string[]): number {
  const places = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return places.length === 0 ? -1 : Math.min(...places);
}

/** Length of the longest end of a text that a stop text begins with. */
function possibleStop(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (stop.startsWith(text.slice(text.length - length))) longest = length;
    }
  }
  return longest;
}
