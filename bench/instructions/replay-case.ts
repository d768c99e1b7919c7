// Cases of the native benches, as native/bench/replay_case.h reads them.

const words = (numbers: readonly number[]): Buffer => Buffer.from(Uint32Array.from(numbers).buffer);
const padded = (bytes: Uint8Array): Buffer =>
  Buffer.concat([words([bytes.length]), bytes, Buffer.alloc(-bytes.length & 3)]);

export interface ReplayCase {
  /** Bytes of each token; none for one without a text. */
  readonly tokens: readonly Uint8Array[];
  readonly stopToken: number;
  readonly program: Uint8Array;
  readonly text: readonly number[];
  /** How often the text is walked before anything is measured, or while it is. */
  readonly walks: number;
}

export function replayCase({ tokens, stopToken, program, text, walks }: ReplayCase): Buffer {
  return Buffer.concat([
    words([tokens.length]),
    ...tokens.map(padded),
    words([stopToken]),
    padded(program),
    words([text.length, ...text, walks]),
  ]);
}
