import { GrammaskError } from '../errors.js';

/**
 * The words of a command: blanks are between them, quotes hold blanks together. Nothing else has a meaning: no shell reads
 * it, so `$HOME`, `&&`, `*` and `>` are words like others.
 *
 * @param option the option whose value it is, for the message
 * @throws GrammaskError `ARGUMENT` for a quote without its end
 */
export function splitCommand(text: string, option: string): string[] {
  const words: string[] = [];
  const rest = text.replace(/\s*((?:"[^"]*"|'[^']*'|[^\s"'])+)/gy, (_, word: string) => {
    words.push(word.replace(/"([^"]*)"|'([^']*)'/g, (_all, double, single) => double ?? single));
    return '';
  });
  if (rest.trim() === '') return words;
  throw new GrammaskError('ARGUMENT', `${option} has a quote without its end: ${rest.trim()}`, {
    hint: 'quotes hold blanks together: "a b"',
  });
}
