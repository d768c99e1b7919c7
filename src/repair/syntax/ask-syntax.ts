import { loadTypeScript, type TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import { askedThread, isNoThread } from '../asked-thread.js';
import type { Hole } from '../holes.js';
import { answerOf, type SyntaxAnswer, type SyntaxAnswers, type SyntaxTask } from './tasks.js';

/** What the thread is asked. */
export interface SyntaxQuestion {
  readonly hole: Hole;
  readonly task: SyntaxTask;
}

/** One thread serves the whole process: to load the compiler takes hundreds of milliseconds, its first file a hundred. */
const ask = askedThread<SyntaxQuestion, SyntaxAnswer>('syntax-thread', import.meta.url);

/**
 * Asks the syntax tree of a hole's file, beside what else the program does. Where the thread cannot be had, or a compiler is given, it is
 * asked here.
 *
 * @throws GrammaskError `ARGUMENT` where the package `typescript` is missing
 */
export async function askSyntax<Task extends SyntaxTask>(
  hole: Hole,
  task: Task,
  typescript?: TypeScriptApi,
): Promise<SyntaxAnswers[Task['kind']]> {
  const answer = typescript === undefined ? await ask({ hole, task }) : answerOf(typescript, hole, task);
  // Each kind of task has one kind of answer.
  return (
    isNoThread(answer) ? answerOf(loadTypeScript(), hole, task) : answer
  ) as SyntaxAnswers[Task['kind']];
}
