import { checkOptions, expected } from '../engine/arguments.js';

/** @throws GrammaskError `ARGUMENT` for what is no object or has an option that is not known */
export function checkReachOptions(options: unknown, known: readonly string[]): void {
  if (options === undefined) throw expected('an object', 'options', options);
  checkOptions(options as object, known);
}
