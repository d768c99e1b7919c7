import { GrammaskError } from '../errors.js';
import { type DecodeContext, decode } from './decode.js';
import { prepareFinish } from './finished-value.js';
import { type GenerateResult, resultOf } from './generate.js';
import { type GenerateOptions, readGenerateOptions } from './options.js';
import { createPartialJson } from './partial-json.js';

/** A piece of an answer. */
export interface StreamPart<Partial = unknown> {
  /** The text that is new: whole characters, never empty. All deltas together are the text. */
  delta: string;
  /**
   * With `schema`: the JSON value so far, undefined before its first character. Otherwise: the text so far. A library's
   * schema makes its own of the whole value only: `result`.
   */
  partial: Partial;
}

/** An answer that arrives in pieces; it can be iterated once. Leaving the loop early ends the generation. */
export interface GenerateStream<Value = unknown, Partial = unknown>
  extends AsyncIterable<StreamPart<Partial>, undefined> {
  /**
   * The whole answer, once the last piece has been read; reading it without iterating reads all pieces. It rejects as the
   * iteration throws, and with `ABORTED` where the loop was left early.
   */
  readonly result: Promise<GenerateResult<Value>>;
}

/** Generates an answer piece by piece. A bad option throws here; all else when it is read. */
export function stream(context: DecodeContext, options: GenerateOptions): GenerateStream {
  const request = readGenerateOptions(options);
  if (request.onFinished !== undefined) {
    throw new GrammaskError('UNSUPPORTED', '`onFinished` does not go with a stream', {
      hint: 'what a stream has given cannot be taken back; use generate()',
    });
  }
  let isStarted = false;
  let settle: { resolve(result: GenerateResult): void; reject(error: unknown): void };
  const result = new Promise<GenerateResult>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever iterates sees the error there.
  result.catch(() => {});

  async function* parts(): AsyncGenerator<StreamPart, undefined, undefined> {
    let run: ReturnType<typeof decode> | undefined;
    const json = request.constraint?.kind === 'schema' ? createPartialJson() : undefined;
    let text = '';
    let isOver = false;
    try {
      const finish = await prepareFinish(request);
      run = decode(context, request, true);
      for (;;) {
        const next = await run.next();
        if (next.done) {
          const finished = await resultOf(next.value, finish);
          isOver = true;
          settle.resolve(finished);
          return undefined;
        }
        text += next.value;
        yield { delta: next.value, partial: json === undefined ? text : json.push(next.value) };
      }
    } catch (error) {
      isOver = true;
      settle.reject(error);
      throw error;
    } finally {
      if (!isOver) {
        settle.reject(new GrammaskError('ABORTED', 'the stream was left before its end'));
        await run?.return(undefined as never);
      }
    }
  }

  function start(): AsyncGenerator<StreamPart, undefined, undefined> {
    if (isStarted) {
      throw new GrammaskError('STATE', 'the stream was read already', {
        hint: 'each call of stream() can be read once',
      });
    }
    isStarted = true;
    return parts();
  }

  async function readAll(): Promise<void> {
    for await (const _ of start()) {
      // Only the result is wanted.
    }
  }

  return {
    [Symbol.asyncIterator]: start,
    get result() {
      if (!isStarted) readAll().catch(() => {});
      return result;
    },
  };
}
