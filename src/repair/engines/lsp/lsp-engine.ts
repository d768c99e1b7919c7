import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkOptions, expected } from '../../../engine/arguments.js';
import { GrammaskError } from '../../../errors.js';
import { type CachedEngine, type CacheOptions, cached } from '../cached.js';
import type {
  CompletionAnswer,
  CompletionEngine,
  CompletionRequest,
  EngineStatus,
} from '../completion-engine.js';
import { namesOfCompletions } from './completion-names.js';
import { contentChanges, positionAt } from './document.js';
import { type LanguageServer, startServer } from './language-server.js';

/** How a language server is run. */
export interface LspEngineOptions extends CacheOptions {
  /** The program and its arguments, as `['pyright-langserver', '--stdio']`. No shell reads them. */
  readonly command: readonly string[];
  /** As the protocol names the language: `'python'`, `'go'`, `'rust'`. */
  readonly languageId: string;
  /** The folder of the project. Default: the current folder. */
  readonly project?: string | undefined;
  /** Slots that are asked about. Default `['member', 'value']`; others are unknown. */
  readonly slots?: readonly string[] | undefined;
  /**
   * What to make of lists that the server calls incomplete: `'unknown'` (default), or `'trust'` that they have all names
   * where none is typed. Pyright calls all its lists so.
   */
  readonly incomplete?: 'unknown' | 'trust' | undefined;
  /** What the server gets when it asks for its configuration; an object by section. */
  readonly configuration?: object | undefined;
  /** Environment variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly initializationOptions?: unknown;
  /** Milliseconds until the server must have answered its greeting. Default 10,000. */
  readonly startTimeoutMs?: number | undefined;
  /** Default 1,000 here: servers read a file again after each change. */
  readonly deadlineMs?: number | undefined;
}

/** A language server as a completion engine. */
export interface LspEngine extends CachedEngine {
  readonly status: EngineStatus;
  /**
   * When the server has answered its greeting.
   *
   * @throws GrammaskError `ENGINE` where it does not exist, ends, sends garbage or stays silent
   */
  ready(): Promise<void>;
}

const MOST_RESTARTS = 1;

/**
 * A language server over its standard input and output (protocol 3.17). Null of a server, and an empty list, is unknown. A server
 * that ends is started again once; after that every answer is unknown, and `status` says why.
 *
 * @throws GrammaskError `ARGUMENT`
 */
export function lspEngine(options: LspEngineOptions): LspEngine {
  const settings = readOptions(options);
  const { languageId, slots, trusts, cacheOptions } = settings;
  let state: EngineStatus['state'] = 'starting';
  let error: GrammaskError | undefined;
  let restarts = 0;
  let server: Promise<LanguageServer>;
  let open = new Map<string, { version: number; text: string }>();
  let busy = 0;
  // A change and the question about it go out together, or another change would come between.
  let turn: Promise<unknown> = Promise.resolve();

  function start(): Promise<LanguageServer> {
    state = 'starting';
    open = new Map();
    const starting = startServer(settings.server);
    starting.then(
      (started) => {
        if (state === 'disposed') return void started.stop();
        state = 'ready';
        started.hold(busy > 0);
        void started.ended.then(onEnd);
      },
      (why: GrammaskError) => {
        if (state !== 'disposed') state = 'failed';
        error = why;
      },
    );
    starting.catch(() => {});
    return starting;
  }

  function onEnd(why: GrammaskError): void {
    error = why;
    if (state === 'disposed') return;
    if (restarts >= MOST_RESTARTS) {
      state = 'failed';
      return;
    }
    restarts += 1;
    server = start();
  }

  async function synchronize(target: LanguageServer, uri: string, text: string): Promise<void> {
    const known = open.get(uri);
    if (known === undefined || target.abilities.sync === 0) {
      if (known !== undefined) await target.notify('textDocument/didClose', { textDocument: { uri } });
      const version = (known?.version ?? 0) + 1;
      open.set(uri, { version, text });
      await target.notify('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
      return;
    }
    if (known.text === text) return;
    const version = known.version + 1;
    const changes = contentChanges(known.text, text, target.abilities.sync);
    open.set(uri, { version, text });
    await target.notify('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: changes,
    });
  }

  async function ask(request: CompletionRequest): Promise<CompletionAnswer | null> {
    const target = await server;
    const { text, offset, signal } = request;
    const uri = pathToFileURL(resolve(settings.server.project, request.file)).href;
    const before = text[offset - 1] ?? '';
    const isTrigger = target.abilities.triggerCharacters.has(before);
    const position = positionAt(text, offset);
    const sent = turn.then(async () => {
      await synchronize(target, uri, text);
      return {
        answer: target.request(
          'textDocument/completion',
          {
            textDocument: { uri },
            position,
            context: isTrigger ? { triggerKind: 2, triggerCharacter: before } : { triggerKind: 1 },
          },
          signal,
        ),
      };
    });
    // Whatever becomes of it, the next one has its turn.
    turn = sent.catch(() => {});
    const { answer } = await sent;
    const lineBefore = text.slice(offset - position.character, offset);
    return namesOfCompletions(await answer, { lineBefore, line: position.line }, trusts);
  }

  server = start();
  const plain: CompletionEngine = {
    async complete(request) {
      if (!slots.has(request.slot)) return null;
      if (state === 'failed') throw error as GrammaskError;
      busy += 1;
      if (busy === 1) server.then((started) => started.hold(true)).catch(() => {});
      try {
        return await ask(request);
      } catch (cause) {
        if (GrammaskError.isInstance(cause)) throw cause;
        throw new GrammaskError('ENGINE', `the server answered with an error: ${(cause as Error).message}`, {
          cause,
        });
      } finally {
        busy -= 1;
        if (busy === 0) server.then((started) => started.hold(false)).catch(() => {});
      }
    },
    async dispose() {
      state = 'disposed';
      await server.then(
        (started) => started.stop(),
        () => {},
      );
    },
  };
  const memory = cached(plain, cacheOptions);
  return {
    complete: memory.complete,
    clearCache: memory.clearCache,
    dispose: memory.dispose,
    async ready() {
      await server;
    },
    get stats() {
      return memory.stats;
    },
    get status() {
      return { state, error, restarts };
    },
  };
}

function readOptions(options: LspEngineOptions) {
  const {
    command,
    languageId,
    project = '.',
    slots = ['member', 'value'],
    incomplete = 'unknown',
    configuration,
    env,
    initializationOptions,
    startTimeoutMs = 10_000,
    deadlineMs = 1000,
    cacheBytes,
  } = checkOptions(options, [
    'command',
    'languageId',
    'project',
    'slots',
    'incomplete',
    'configuration',
    'env',
    'initializationOptions',
    'startTimeoutMs',
    'deadlineMs',
    'cacheBytes',
  ]);
  const isWords = (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (!isWords(command) || (command[0] ?? '') === '') {
    throw expected('an array of a program and its arguments', 'command', command);
  }
  if (typeof languageId !== 'string') throw expected('a string', 'languageId', languageId);
  if (typeof project !== 'string') throw expected('a path', 'project', project);
  if (!isWords(slots)) throw expected('an array of strings', 'slots', slots);
  if (incomplete !== 'unknown' && incomplete !== 'trust') {
    throw expected("'unknown' or 'trust'", 'incomplete', incomplete);
  }
  if (!(typeof startTimeoutMs === 'number' && startTimeoutMs > 0 && startTimeoutMs < 2 ** 31)) {
    throw expected('milliseconds', 'startTimeoutMs', startTimeoutMs);
  }
  return {
    languageId,
    slots: new Set(slots),
    trusts: incomplete === 'trust',
    cacheOptions: { deadlineMs, cacheBytes } satisfies CacheOptions,
    server: { command, project: resolve(project), env, initializationOptions, configuration, startTimeoutMs },
  };
}
