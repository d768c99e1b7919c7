import { GrammaskError } from '../errors.js';
import { grammarKindOf } from './grammar-source.js';
import { decodeText, readStandardInput, readTextFile } from './inputs.js';

/**
 * The source of a grammar for the commands that read EBNF only.
 *
 * @param path a file; `-` is standard input
 * @throws GrammaskError `UNSUPPORTED` for a file of another kind by its name, `ARGUMENT` where it cannot be read or is no UTF-8
 */
export async function readEbnf(path: string, command: string): Promise<string> {
  if (path === '-') return decodeText(await readStandardInput(), 'standard input');
  const kind = grammarKindOf(path);
  if (kind !== undefined && kind !== 'ebnf') {
    throw new GrammaskError('UNSUPPORTED', `${command} reads EBNF, and ${path} is of the kind ${kind}`, {
      hint: 'grammask check and grammask test take every kind',
      location: { path },
    });
  }
  return readTextFile(path);
}
