import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Model } from '../../src/index.js';

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
  const choice = isChat ? { message: { role: 'assistant', content: text } } : { text };
  return {
    object: isChat ? 'chat.completion' : 'text_completion',
    model: body.model,
    system_fingerprint: 'fp_test',
    choices: [{ index: 0, finish_reason: finish, ...choice }],
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
