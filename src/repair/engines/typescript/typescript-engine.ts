import { resolve } from 'node:path';
import { checkOptions, expected } from '../../../engine/arguments.js';
import { type CachedEngine, type CacheOptions, cached } from '../cached.js';
import type { CompletionAnswer, CompletionEngine, EngineStatus } from '../completion-engine.js';
import type { EngineDiagnostic, EngineProgress, ProjectInfo } from './protocol.js';
import { startServiceThread } from './service-thread.js';

/** How a project is opened. */
export interface TypeScriptEngineOptions extends CacheOptions {
  /** The folder of the project, or its `tsconfig.json`. Default: the current folder. */
  readonly project?: string | undefined;
  /**
   * The folder of a package `typescript` to use, as `node_modules/typescript`. Default: the project's own if it is 5.9 or later
   * and before 7, else the one that is installed beside grammask.
   */
  readonly typescript?: string | undefined;
  /** Called as the start proceeds. */
  readonly onProgress?: ((progress: EngineProgress) => void) | undefined;
}

/** The language service of a TypeScript project. */
export interface TypeScriptEngine extends CachedEngine {
  readonly status: EngineStatus;
  /**
   * When the project is loaded. Questions may be asked before: those whose deadline passes meanwhile are unknown.
   *
   * @throws GrammaskError `ARGUMENT` where the project, its configuration or a fitting `typescript` is not there; `ENGINE`
   */
  ready(): Promise<ProjectInfo>;
  /**
   * What the compiler finds in a file that has this text, syntax first; the other files are as on disk. No deadline holds.
   *
   * @throws GrammaskError `ABORTED`, `ENGINE`, `DISPOSED`
   */
  diagnostics(
    file: string,
    text: string,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<readonly EngineDiagnostic[]>;
  /**
   * Reads files from disk again, because they changed, came or went; without a list, all and the configuration. Answers from
   * before are not used any more.
   */
  refresh(files?: readonly string[]): Promise<void>;
}

/**
 * Opens a TypeScript project in a thread of its own and answers which names may stand where. Files are read as they are needed and
 * never written. Needs the package `typescript`, 5.9 or later and before 7.
 *
 * @throws GrammaskError `ARGUMENT` for options; what is wrong with the project is told by `ready()`, and by the first question
 */
export function typescriptEngine(options?: TypeScriptEngineOptions): TypeScriptEngine {
  const { project, typescript, onProgress, deadlineMs, cacheBytes } = checkOptions(options, [
    'project',
    'typescript',
    'onProgress',
    'deadlineMs',
    'cacheBytes',
  ]);
  for (const [name, value] of Object.entries({ project, typescript })) {
    if (value !== undefined && typeof value !== 'string') throw expected('a path', name, value);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw expected('a function', 'onProgress', onProgress);
  }
  const thread = startServiceThread(
    {
      project: resolve(project ?? '.'),
      typescript: typescript === undefined ? undefined : resolve(typescript),
    },
    onProgress,
  );
  let version = 1;
  const plain: CompletionEngine = {
    get version() {
      return version;
    },
    async complete({ slot, file, text, offset, signal }) {
      // What other slots there are is not this engine's concern, and no reason to wait.
      if (slot !== 'member' && slot !== 'value') return null;
      const reply = await thread.ask({ kind: 'complete', slot, file, text, offset }, signal);
      return reply.kind === 'answer' ? answerOf(reply.answer) : null;
    },
    dispose: () => thread.dispose(),
  };
  const memory = cached(plain, { deadlineMs, cacheBytes });
  return {
    complete: memory.complete,
    clearCache: memory.clearCache,
    dispose: memory.dispose,
    ready: () => thread.ready(),
    get stats() {
      return memory.stats;
    },
    get status() {
      return thread.status;
    },
    get version() {
      return version;
    },
    async diagnostics(file, text, { signal } = {}) {
      for (const [name, value] of Object.entries({ file, text })) {
        if (typeof value !== 'string') throw expected('a string', name, value);
      }
      const reply = await thread.ask({ kind: 'diagnostics', file, text }, signal);
      return reply.kind === 'diagnostics' ? reply.diagnostics : [];
    },
    async refresh(files) {
      version += 1;
      memory.clearCache();
      await thread.ask({ kind: 'refresh', files });
    },
  };
}

function answerOf(
  answer: { names: string; complete: boolean; newNames: boolean } | null,
): CompletionAnswer | null {
  if (answer === null) return null;
  const names = answer.names === '' ? [] : answer.names.split('\n');
  return { names, complete: answer.complete, ...(answer.newNames ? { newNames: true as const } : {}) };
}
