import type * as TypeScript from 'typescript';
import type { CompletionAnswer } from '../completion-engine.js';
import type { TypeScriptApi } from './find-typescript.js';
import { memberAnswer } from './members.js';
import { identifierAt } from './positions.js';
import type { Project } from './project.js';
import { valueAnswer } from './values.js';

/** Stands where the name will: the parser then sees a whole access or expression, and never takes what follows for the name. */
const PLACEHOLDER = '__grammask_name__';

const IN_WORD = /[\p{ID_Continue}$\p{Join_Control}\\]$/u;

/** What may stand at a place of a text; null where that is not known. */
export function ask(
  ts: TypeScriptApi,
  project: Project,
  { slot, file, text, offset }: { slot: string; file: string; text: string; offset: number },
  token: TypeScript.CancellationToken,
): CompletionAnswer | null {
  if (slot !== 'member' && slot !== 'value') return null;
  // A name begins here, or nothing is to be said.
  if (IN_WORD.test(text.slice(Math.max(0, offset - 2), offset))) return null;
  const isPrivate = text[offset - 1] === '#';
  project.write(file, text.slice(0, offset) + PLACEHOLDER + text.slice(offset));
  const program = project.service.getProgram();
  const source = program?.getSourceFile(project.fileName(file));
  if (program === undefined || source === undefined) return null;
  if (!isChecked(program, source, offset) || isInDisorder(program, source, offset)) return null;
  const node = identifierAt(ts, source, isPrivate ? offset - 1 : offset);
  if (node === undefined || ts.isPrivateIdentifier(node) !== isPrivate) return null;
  return program.getTypeChecker().runWithCancellationToken(token, (checker) => {
    const { parent } = node;
    const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
    if (isMember !== (slot === 'member')) return null;
    if (!isMember) return ts.isIdentifier(node) ? valueAnswer(ts, checker, source, node) : null;
    const answer = memberAnswer(ts, checker, source, parent);
    if (answer === null || !isPrivate) return answer;
    const names = answer.names.filter((name) => name.startsWith('#')).map((name) => name.slice(1));
    return { ...answer, names };
  });
}

/** Whether the compiler finds fault with unknown names there. */
function isChecked(program: TypeScript.Program, source: TypeScript.SourceFile, offset: number): boolean {
  if (source.isDeclarationFile) return false;
  const { checkJsDirective } = source as { checkJsDirective?: { readonly enabled: boolean } };
  if (checkJsDirective?.enabled === false) return false;
  const isScript = /\.[cm]?jsx?$/.test(source.fileName);
  if (isScript && !program.getCompilerOptions().checkJs && checkJsDirective?.enabled !== true) return false;
  return !isSilenced(source.text, offset);
}

/**
 * Whether the parser finds fault further away than what is being written explains: on its line, and where the text goes on
 * behind it. Then nobody knows which brackets belong together, and what is in scope.
 */
function isInDisorder(program: TypeScript.Program, source: TypeScript.SourceFile, offset: number): boolean {
  const faults = program.getSyntacticDiagnostics(source);
  if (faults.length === 0) return false;
  const { text } = source;
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const [behind = ''] = /^.*\s*.*/.exec(text.slice(offset)) ?? [];
  return faults.some(({ start }) => start < from || start > offset + behind.length);
}

/** Whether a comment right above the line tells the compiler to be silent. */
function isSilenced(text: string, offset: number): boolean {
  const lines = text.slice(0, offset).split('\n').slice(0, -1).reverse();
  for (const line of lines) {
    if (/@ts-(ignore|expect-error)/.test(line)) return true;
    if (!/^\s*(\/\/|\/?\*|$)/.test(line)) return false;
  }
  return false;
}
