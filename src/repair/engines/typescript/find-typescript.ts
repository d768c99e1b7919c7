import { createRequire } from 'node:module';
import { join } from 'node:path';
import { GrammaskError } from '../../../errors.js';
import type { TypeScriptApi } from '../../../frontends/typescript/load-typescript.js';

export type { TypeScriptApi };

/** A compiler that fits, and where it lies. */
export interface FoundTypeScript {
  readonly ts: TypeScriptApi;
  readonly path: string;
}

const HINT = 'install one beside the project: npm install --save-dev typescript@6';

/**
 * The package `typescript` that the project has installed, else that which stands beside grammask. Only 5.9 up to 6 will do:
 * later ones have no language service in JavaScript.
 *
 * @param folder of the project
 * @param given a folder with the package, which is taken instead
 * @throws GrammaskError `ARGUMENT` where there is none that fits, with those that were looked at
 */
export function findTypeScript(folder: string, given?: string): FoundTypeScript {
  const looked: string[] = [];
  const places =
    given === undefined
      ? [createRequire(join(folder, 'package.json')), createRequire(import.meta.url)]
      : [createRequire(join(given, 'package.json'))];
  const name = given === undefined ? 'typescript' : given;
  for (const require of places) {
    let path: string;
    let ts: Partial<TypeScriptApi>;
    try {
      path = require.resolve(name);
      ts = require(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') looked.push(String(error));
      continue;
    }
    if (fits(ts)) return { ts: ts as TypeScriptApi, path };
    looked.push(`${ts.version ?? 'a package without a version'} at ${path}`);
  }
  throw new GrammaskError(
    'ARGUMENT',
    looked.length === 0
      ? 'checks and completion for TypeScript need the package typescript, which is not installed'
      : `checks and completion for TypeScript need the package typescript, 5.9 or later and before 7; found ${looked.join('; ')}`,
    { hint: HINT },
  );
}

function fits(ts: Partial<TypeScriptApi>): boolean {
  const [major = 0, minor = 0] = (ts.version ?? '').split('.').map(Number);
  return (major === 6 || (major === 5 && minor >= 9)) && typeof ts.createLanguageService === 'function';
}
