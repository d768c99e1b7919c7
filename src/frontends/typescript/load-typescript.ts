import { createRequire } from 'node:module';
import type * as TypeScript from 'typescript';
import { GrammaskError } from '../../errors.js';

/** The compiler's API. */
export type TypeScriptApi = typeof TypeScript;

const require = createRequire(import.meta.url);

/**
 * The TypeScript compiler, which is loaded only when types are read.
 *
 * @param load for tests
 * @throws GrammaskError `ARGUMENT` where it is not installed, or has no JavaScript API
 */
export function loadTypeScript(load: (name: string) => unknown = require): TypeScriptApi {
  const hint = 'install it beside grammask: npm install typescript';
  let loaded: unknown;
  try {
    loaded = load('typescript');
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', 'types are read by the package typescript, which cannot be loaded', {
      hint,
      cause,
    });
  }
  if (typeof (loaded as { createProgram?: unknown }).createProgram === 'function')
    return loaded as TypeScriptApi;
  throw new GrammaskError('ARGUMENT', 'the installed package typescript has no compiler API', {
    hint: 'install a version that has it: npm install typescript@5',
  });
}
