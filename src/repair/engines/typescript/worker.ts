// The thread of the language service. It answers one question at a time; which one is to be given up stands in shared memory.
import { dirname, extname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type * as TypeScript from 'typescript';
import { wireError } from '../../../wire-error.js';
import { ask } from './ask.js';
import { findTypeScript, type TypeScriptApi } from './find-typescript.js';
import { openProject, type Project } from './project.js';
import type { EngineDiagnostic, ServiceData, ServiceReply, ServiceRequest } from './protocol.js';

const started = performance.now();
const port = parentPort as NonNullable<typeof parentPort>;
const data = workerData as ServiceData;
const cancelled = new Int32Array(data.cancelled);
const reply = (message: ServiceReply): void => port.postMessage(message);
const wire = (error: unknown) => wireError(error, { code: 'ENGINE', what: 'the language service' });

let current = 0;
const isCancelled = (): boolean => current !== 0 && Atomics.load(cancelled, 0) === current;

try {
  start();
} catch (error) {
  reply({ kind: 'failed', error: wire(error) });
  port.close();
}

function start(): void {
  reply({ kind: 'progress', progress: { stage: 'compiler' } });
  const folder = extname(data.project) === '.json' ? dirname(data.project) : data.project;
  const { ts, path } = findTypeScript(folder, data.typescript);
  const project = openProject(ts, data.project, isCancelled, (progress) =>
    reply({ kind: 'progress', progress }),
  );
  const program = project.service.getProgram();
  const files = program?.getSourceFiles().length ?? 0;
  reply({ kind: 'progress', progress: { stage: 'types', files } });
  // The first question would pay for it.
  program?.getTypeChecker();
  reply({
    kind: 'ready',
    info: {
      typescript: ts.version,
      typescriptPath: path,
      tsconfig: project.tsconfig,
      rootFiles: project.rootFiles,
      files,
      startMs: performance.now() - started,
      configErrors: project.configErrors,
    },
  });
  const token: TypeScript.CancellationToken = {
    isCancellationRequested: isCancelled,
    throwIfCancellationRequested() {
      if (isCancelled()) throw new ts.OperationCanceledException();
    },
  };
  port.on('message', (request: ServiceRequest) => {
    current = request.id;
    try {
      answer(ts, project, request, token);
    } catch (error) {
      if (error instanceof ts.OperationCanceledException) reply({ kind: 'cancelled', id: request.id });
      else reply({ kind: 'error', id: request.id, error: wire(error) });
    }
    current = 0;
  });
}

function answer(
  ts: TypeScriptApi,
  project: Project,
  request: ServiceRequest,
  token: TypeScript.CancellationToken,
): void {
  const { id } = request;
  token.throwIfCancellationRequested();
  if (request.kind === 'complete') {
    const found = ask(ts, project, request, token);
    reply({
      kind: 'answer',
      id,
      answer: found && {
        names: found.names.join('\n'),
        complete: found.complete,
        newNames: found.newNames ?? false,
      },
    });
  } else if (request.kind === 'diagnostics') {
    reply({ kind: 'diagnostics', id, diagnostics: diagnose(ts, project, request) });
  } else {
    project.refresh(request.files);
    reply({ kind: 'done', id });
  }
}

function diagnose(
  ts: TypeScriptApi,
  project: Project,
  { file, text }: { file: string; text: string },
): EngineDiagnostic[] {
  project.write(file, text);
  const name = project.fileName(file);
  const severities = ['warning', 'error', 'suggestion', 'message'] as const;
  const found = [
    ...project.service.getSyntacticDiagnostics(name),
    ...project.service.getSemanticDiagnostics(name),
  ];
  return found.map(({ code, category, start = 0, length = 0, messageText, file: source }) => {
    const place = source?.getLineAndCharacterOfPosition(start) ?? { line: 0, character: 0 };
    return {
      code,
      severity: severities[category] ?? 'message',
      start,
      length,
      line: place.line + 1,
      column: place.character + 1,
      message: ts.flattenDiagnosticMessageText(messageText, '\n'),
    };
  });
}
