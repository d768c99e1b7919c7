import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Model } from '../../src/index.js';
import { contextOfModel } from '../../src/model/load-model.js';
import type { PromptSource } from '../../src/model/protocol.js';

/** A request as it came. */
export interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface ModelServer {
  /** Where its paths begin. */
  readonly url: string;
  readonly seen: Seen[];
  /** The most requests that were under way at a time. */
  readonly most: number;
  close(): Promise<void>;
}

/** Answers in place of the model; false: the model is to answer. */
export type Fault = (response: ServerResponse, seen: Seen, number: number) => boolean | Promise<boolean>;

/** Serves a model over OpenAI's protocol: what is asked goes through `generate`. */
export async function serveModel(model: Model, fault: Fault = () => false): Promise<ModelServer> {
  const seen: Seen[] = [];
  let underWay = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    underWay++;
    most = Math.max(most, underWay);
    response.once('close', () => underWay--);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
    const here = { path: request.url ?? '', headers: request.headers, body };
    const number = seen.push(here);
    if (await fault(response, here, number)) return;
    try {
      const answer = await answerOf(model, here);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    } catch (error) {
      response.writeHead(400).end(JSON.stringify({ error: { message: String(error) } }));
    }
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    seen,
    get most() {
      return most;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerOf(model: Model, { path, body }: Seen): Promise<object> {
  const format = body.response_format as { type: string; json_schema?: { schema: object } } | undefined;
  const isChat = path === '/v1/chat/completions';
  const options = {
    ...(isChat ? { messages: body.messages } : { prompt: body.prompt }),
    ...(format?.json_schema === undefined ? {} : { schema: format.json_schema.schema }),
    maxTokens: body.max_tokens,
    temperature: body.temperature,
    seed: body.seed,
    onLimit: 'partial',
  };
  const { text, finishReason } = await model.generate(options as never);
  const finish = finishReason === 'length' ? 'length' : 'stop';
  const wanted = isChat
    ? body.logprobs === true
      ? Number(body.top_logprobs)
      : 0
    : Number(body.logprobs ?? 0);
  const tokens =
    wanted === 0
      ? []
      : await tokensOf(model, isChat ? { messages: body.messages } : { prompt: body.prompt }, text, wanted);
  const told = wanted === 0 ? {} : { logprobs: isChat ? chatLogprobs(tokens) : textLogprobs(tokens) };
  const choice = {
    ...(isChat ? { message: { role: 'assistant', content: text } } : { text }),
    ...told,
  };
  return {
    object: isChat ? 'chat.completion' : 'text_completion',
    model: body.model,
    system_fingerprint: 'fp_test',
    choices: [{ index: 0, finish_reason: finish, ...choice }],
  };
}

interface Written {
  readonly token: number;
  /** The likeliest tokens, before a grammar has left out any. */
  readonly top: readonly (readonly [token: number, logProbability: number])[];
  readonly own: number;
  readonly bytes: (token: number) => Uint8Array;
}

/** The tokens of an answer, as the model reads them again. */
async function tokensOf(model: Model, source: object, text: string, count: number): Promise<Written[]> {
  const { worker, vocabulary } = contextOfModel(model);
  const { tokens: prompt } = await worker.encode(source as PromptSource);
  const { tokens } = await worker.encode({ prompt: text, isRendered: true });
  const sequence = worker.openSequence();
  const written: Written[] = [];
  try {
    let next = prompt;
    for (const token of tokens) {
      await sequence.forward(next);
      const logits = Float32Array.from(sequence.logits as Float32Array);
      const most = Math.max(...logits);
      const sum = most + Math.log(logits.reduce((total, logit) => total + Math.exp(logit - most), 0));
      const top = Array.from(logits, (logit, id): [number, number] => [id, logit - sum])
        .sort((a, b) => b[1] - a[1])
        .slice(0, count);
      const own = (logits[token] as number) - sum;
      written.push({ token, top, own, bytes: (id) => vocabulary.bytes(id) });
      next = Int32Array.of(token);
    }
  } finally {
    sequence.close();
  }
  return written;
}

function chatLogprobs(tokens: readonly Written[]): object {
  const told = (id: number, logprob: number, { bytes }: Written): object => ({
    ...{ token: Buffer.from(bytes(id)).toString(), logprob, bytes: [...bytes(id)] },
  });
  return {
    content: tokens.map((each) => ({
      ...told(each.token, each.own, each),
      top_logprobs: each.top.map(([id, logprob]) => told(id, logprob, each)),
    })),
  };
}

function textLogprobs(tokens: readonly Written[]): object {
  const textOf = (id: number, { bytes }: Written): string => Buffer.from(bytes(id)).toString();
  return {
    tokens: tokens.map((each) => textOf(each.token, each)),
    token_logprobs: tokens.map(({ own }) => own),
    top_logprobs: tokens.map((each) =>
      Object.fromEntries(each.top.map(([id, logprob]) => [textOf(id, each), logprob])),
    ),
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
