// The hooks of typescript-loader.mjs; they run in a thread that Node starts for them.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compiled } from './typescript-cache.mjs';

const TYPESCRIPT = /\.m?ts$/;

/** What TypeScript calls `./x.js` is `./x.ts` where that file is there. */
export function resolve(specifier, context, next) {
  if (/^(\.{0,2}\/|file:)/.test(specifier) && /^file:/.test(context.parentURL ?? '')) {
    const url = new URL(specifier, context.parentURL);
    url.pathname = url.pathname.replace(/\.(m?)js$/, '.$1ts');
    if (TYPESCRIPT.test(url.pathname) && existsSync(fileURLToPath(url))) {
      return { url: url.href, format: 'module', shortCircuit: true };
    }
  }
  return next(specifier, context);
}

export function load(url, context, next) {
  if (!url.startsWith('file:') || !TYPESCRIPT.test(new URL(url).pathname)) return next(url, context);
  return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
}
