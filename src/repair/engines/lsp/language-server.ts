import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { createEnding } from '../../../ending.js';
import { GrammaskError } from '../../../errors.js';
import { abilitiesOf, clientCapabilities, member, type ServerAbilities } from './protocol.js';

/** How a server is started. */
export interface ServerSettings {
  readonly command: readonly string[];
  /** Absolute. */
  readonly project: string;
  readonly env: Readonly<Record<string, string>> | undefined;
  readonly initializationOptions: unknown;
  readonly configuration: unknown;
  readonly startTimeoutMs: number;
}

/** A server that answered `initialize`. */
export interface LanguageServer {
  readonly abilities: ServerAbilities;
  request(method: string, params: unknown, signal: AbortSignal | undefined): Promise<unknown>;
  notify(method: string, params: unknown): Promise<void>;
  /** While something is asked, the process of the server keeps this one alive. */
  hold(busy: boolean): void;
  /** Asks the server to end, and ends it. */
  stop(): Promise<void>;
  /** Why it ended by itself; never settles where it was stopped. */
  readonly ended: Promise<GrammaskError>;
}

const STOP_MS = 1000;
const ERROR_TAIL = 2000;

/**
 * Starts a server and greets it. Its standard error is kept for messages.
 *
 * @throws GrammaskError `ENGINE` where it does not exist, ends, sends what is no message, or does not answer in time
 */
export async function startServer(settings: ServerSettings): Promise<LanguageServer> {
  const { createMessageConnection, StreamMessageReader, StreamMessageWriter, CancellationTokenSource } =
    await import('vscode-jsonrpc/node');
  const [program = '', ...args] = settings.command;
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawn(program, args, {
      cwd: settings.project,
      env: { ...process.env, ...settings.env },
      stdio: 'pipe',
      windowsHide: true,
    });
  } catch (cause) {
    throw failure(`${program} cannot be started: ${(cause as Error).message}`, cause);
  }
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  void gone.then(() => process.off('exit', kill));

  let errorTail = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    errorTail = (errorTail + text).slice(-ERROR_TAIL);
  });

  let isStopping = false;
  let die: (error: GrammaskError) => void = () => {};
  const ended = new Promise<GrammaskError>((resolve) => {
    die = (error) => {
      if (isStopping) return;
      isStopping = true;
      kill();
      resolve(error);
    };
  });
  child.once('error', (cause) => die(failure(`${program} cannot be started: ${cause.message}`, cause)));
  child.once('close', (code, signal) => {
    const said = errorTail.trim().split('\n').at(-1) ?? '';
    die(failure(`the server ended with ${signal ?? `code ${code}`}${said === '' ? '' : `: ${said}`}`));
  });
  // Writing to a server that has ended.
  child.stdin.on('error', () => {});

  const reader = new StreamMessageReader(child.stdout as Readable);
  const writer = new StreamMessageWriter(child.stdin as Writable);
  const connection = createMessageConnection(reader, writer, silent);
  connection.onError(([error]) =>
    die(failure(`the server sent what is no message: ${error.message}`, error)),
  );
  answerRequests(connection, settings);
  connection.listen();

  const ending = createEnding();
  void ended.then(ending.end);
  const request: LanguageServer['request'] = async (method, params, signal) => {
    const source = new CancellationTokenSource();
    const cancel = (): void => source.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await ending.race(connection.sendRequest(method, params, source.token));
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  };
  const notify: LanguageServer['notify'] = async (method, params) => {
    await ending.race(connection.sendNotification(method, params));
  };

  function hold(busy: boolean): void {
    for (const one of [child, child.stdin, child.stdout, child.stderr]) {
      const handle = one as { ref?(): void; unref?(): void };
      if (busy) handle.ref?.();
      else handle.unref?.();
    }
  }

  async function stop(): Promise<void> {
    hold(true);
    if (!isStopping) {
      isStopping = true;
      const polite = connection.sendRequest('shutdown').then(() => connection.sendNotification('exit'));
      await Promise.race([polite.catch(() => {}).then(() => gone), wait(STOP_MS)]);
    }
    kill();
    await gone;
    connection.dispose();
  }

  const uri = pathToFileURL(settings.project).href;
  const hello = request(
    'initialize',
    {
      processId: process.pid,
      clientInfo: { name: 'grammask' },
      rootUri: uri,
      rootPath: settings.project,
      workspaceFolders: [{ uri, name: 'project' }],
      capabilities: clientCapabilities,
      initializationOptions: settings.initializationOptions,
    },
    undefined,
  );
  hello.catch(() => {});
  const timer = setTimeout(() => {
    die(
      new GrammaskError(
        'ENGINE',
        `the server did not answer within ${settings.startTimeoutMs} ms of its start`,
        {
          hint: 'see that the command speaks the protocol over its standard input and output, as with --stdio',
        },
      ),
    );
  }, settings.startTimeoutMs);
  try {
    const abilities = abilitiesOf(await hello);
    if (!abilities.completes) throw failure('the server offers no completions');
    await notify('initialized', {});
    if (settings.configuration !== undefined) {
      await notify('workspace/didChangeConfiguration', { settings: settings.configuration });
    }
    return {
      abilities,
      request,
      notify,
      stop,
      ended,
      hold,
    };
  } catch (cause) {
    const error = GrammaskError.isInstance(cause)
      ? cause
      : failure(`the server refused the greeting: ${(cause as Error).message}`, cause);
    isStopping = true;
    kill();
    await gone;
    connection.dispose();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** What servers ask of their client. */
function answerRequests(connection: MessageConnection, { configuration, project }: ServerSettings): void {
  connection.onRequest('workspace/configuration', (params: unknown) => {
    const items = member(params, 'items');
    return (Array.isArray(items) ? items : []).map((item) => section(configuration, member(item, 'section')));
  });
  connection.onRequest('workspace/workspaceFolders', () => [
    { uri: pathToFileURL(project).href, name: 'project' },
  ]);
  connection.onRequest('workspace/applyEdit', () => ({ applied: false, failureReason: 'nothing is edited' }));
  for (const method of [
    'client/registerCapability',
    'client/unregisterCapability',
    'window/workDoneProgress/create',
    'window/showMessageRequest',
  ]) {
    connection.onRequest(method, () => null);
  }
}

/** The part of the configuration at a path as `python.analysis`; null where there is none. */
function section(configuration: unknown, path: unknown): unknown {
  if (typeof path !== 'string' || path === '') return configuration ?? null;
  let value: unknown = configuration;
  for (const name of path.split('.')) value = member(value, name);
  return value ?? null;
}

const silent = { error() {}, warn() {}, info() {}, log() {} };

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

function failure(message: string, cause?: unknown): GrammaskError {
  return new GrammaskError('ENGINE', message, {
    hint: 'try the command in a shell; a language server must be installed by itself',
    cause,
  });
}
