// The thread of a model: tokenizer, chat template and ONNX Runtime live here, whose `run` blocks its thread. Requests
// are done one after the other, in their order. The thread is never ended from outside, because that aborts the
// process while `run` is under way: it ends itself when it reads `dispose`.
import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, GrammaskError } from '../errors.js';
import { buffersOf, packVocabulary } from '../tokenizer/packed-vocabulary.js';
import { readTokenizerFiles } from '../tokenizer/tokenizer-files.js';
import { vocabularyFromFiles } from '../tokenizer/vocabulary-directory.js';
import { type WireError, wireError } from '../wire-error.js';
import type { DecoderState } from './decoder-graph.js';
import { createDecoderSession, type DecoderSession } from './decoder-session.js';
import { type GradientSession, openGradientSession } from './gradient-session.js';
import { createPromptEncoder, type PromptEncoder } from './prompt-encoder.js';
import { createPromptMemory } from './prompt-memory.js';
import type { WorkerData, WorkerReply, WorkerRequest } from './protocol.js';

interface OpenSequence {
  state: DecoderState;
  /** None of one that reads several texts. */
  logits: Float32Array | Uint16Array | undefined;
  cancelled: Int32Array;
}

const port = parentPort;
if (port !== null) await serve(workerData as WorkerData, port);

async function serve(data: WorkerData, port: NonNullable<typeof parentPort>): Promise<void> {
  const send = (reply: WorkerReply, transfer: ArrayBuffer[] = []): void => port.postMessage(reply, transfer);
  let loaded: [PromptEncoder, DecoderSession];
  try {
    const files = await readTokenizerFiles(data.folder);
    // The program's thread builds the native vocabulary while this one goes on.
    const vocabulary = packVocabulary(vocabularyFromFiles(files));
    send({ kind: 'vocabulary', vocabulary }, buffersOf(vocabulary));
    loaded = [await createPromptEncoder(files), await createDecoderSession(data)];
  } catch (error) {
    send({ kind: 'failed', error: wire(error) });
    port.close();
    return;
  }
  const [encoder, decoder] = loaded;
  const { logitsWidth, logitsType, batch } = decoder;
  const memory = createPromptMemory(decoder);
  const sequences = new Map<number, OpenSequence>();
  let gradient: { readonly path: string; readonly session: GradientSession } | undefined;

  function openSequence(number: number): OpenSequence & { isCancelled: () => boolean } {
    const sequence = sequences.get(number);
    if (sequence === undefined) throw givenUp();
    return { ...sequence, isCancelled: () => Atomics.load(sequence.cancelled, 0) !== 0 };
  }

  function closeSequence(number: number): void {
    const closed = sequences.get(number);
    if (closed === undefined) return;
    const isOwner = closed.logits !== undefined;
    for (const [other, { state, cancelled }] of sequences) {
      // With a text go those that were read on from it.
      if (other !== number && !(isOwner && cancelled === closed.cancelled)) continue;
      decoder.dropState(state);
      sequences.delete(other);
    }
  }

  async function handle(request: WorkerRequest): Promise<void> {
    switch (request.kind) {
      case 'encode': {
        const started = performance.now();
        const tokens = encoder.encode(request.source);
        const ms = performance.now() - started;
        return send({ kind: 'encoded', id: request.id, tokens, ms });
      }
      case 'open': {
        sequences.set(request.sequence, {
          state: decoder.newState(),
          logits:
            logitsType === 'float32' ? new Float32Array(request.logits) : new Uint16Array(request.logits),
          cancelled: new Int32Array(request.cancelled),
        });
        return;
      }
      case 'forward': {
        const { state, isCancelled, logits } = openSequence(request.sequence);
        const started = performance.now();
        const fresh = await decoder.forward(state, request.tokens, request.keep, isCancelled);
        if (!fresh) throw givenUp();
        logits?.set(fresh);
        return send({ kind: 'forwarded', id: request.id, ms: performance.now() - started, known: 0 });
      }
      case 'prompt': {
        const { state, isCancelled, logits } = openSequence(request.sequence);
        const started = performance.now();
        const read = await memory.read(state, request.tokens, isCancelled);
        if (!read) throw givenUp();
        logits?.set(read.row);
        const ms = performance.now() - started;
        return send({ kind: 'forwarded', id: request.id, ms, known: read.known });
      }
      case 'score': {
        const { state, isCancelled } = openSequence(request.sequence);
        const logprob = await decoder.score(state, request.tokens, request.keep, isCancelled);
        if (logprob === null) throw givenUp();
        return send({ kind: 'scored', id: request.id, logprob });
      }
      case 'encode-texts': {
        const encoded = encoder.encodeTexts(request.sources);
        return send({ kind: 'encoded-texts', id: request.id, encoded });
      }
      case 'render': {
        const text = encoder.render(request);
        return send({ kind: 'rendered', id: request.id, text });
      }
      case 'rows': {
        const { state, cancelled, isCancelled } = openSequence(request.from);
        const picked = decoder.pick(state, request.texts);
        const answers = await decoder.readRows(picked, request.question, isCancelled, request.to !== null);
        if (answers === null) throw givenUp();
        if (request.to !== null) sequences.set(request.to, { state: picked, logits: undefined, cancelled });
        else decoder.dropState(picked);
        return send({ kind: 'rows-read', id: request.id, answers });
      }
      case 'gradient': {
        const { path, question } = request;
        if (gradient?.path !== path) {
          await gradient?.session.release();
          gradient = undefined;
          gradient = { path, session: await openGradientSession(path, data.threads) };
        }
        const answer = await gradient.session.find(question);
        return send({ kind: 'gradient-found', id: request.id, answer });
      }
      case 'close':
        closeSequence(request.sequence);
        return;
      case 'dispose':
        for (const sequence of sequences.keys()) closeSequence(sequence);
        await gradient?.session.release();
        await decoder.release();
        port.close();
    }
  }

  let last = Promise.resolve();
  port.on('message', (request: WorkerRequest) => {
    last = last
      .then(() => handle(request))
      .catch((error: unknown) => {
        if ('id' in request) send({ kind: 'error', id: request.id, error: wire(error) });
      });
  });
  send({ kind: 'ready', info: { logitsWidth, logitsType, batch, chatTemplate: encoder.chatTemplate } });
}

function wire(error: unknown): WireError<ErrorCode> {
  return wireError(error, { code: 'MODEL', what: "the model's thread" });
}

function givenUp(): GrammaskError {
  return new GrammaskError('ABORTED', 'the step was given up');
}
