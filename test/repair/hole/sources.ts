import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** TypeScript that others wrote: programs with tests, and sources that npm packages ship under MIT or Apache-2.0. */

const root = new URL('../../../', import.meta.url);

/** A folder with sources; undefined where it is not there. */
export interface Sources {
  readonly name: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

/** Generated tables of data: megabytes without syntax. */
const LARGEST = 300_000;

function filesBelow(folder: URL): Sources['files'] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]s$/.test(name) && !/\.d\.[cm]?ts$/.test(name))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8').replaceAll('\r\n', '\n') }))
    .filter(({ text }) => text.length <= LARGEST);
}

export function readSources(name: string, folder: URL): Sources | undefined {
  return existsSync(folder) ? { name, files: filesBelow(folder) } : undefined;
}

const packages = [
  'ajv/lib',
  'zod/src/v4/core',
  'zod/src/v4/mini',
  '@huggingface/jinja/src',
  'onnxruntime-common/lib',
  'eventsource-parser/src',
  'exponential-backoff/src',
  '@jridgewell/sourcemap-codec/src',
];

export const packageSources = (): Sources[] =>
  packages.flatMap((name) => readSources(name, new URL(`node_modules/${name}/`, root)) ?? []);

const programs = new URL('../shared/repair-bench/programs/', root);
export const programSources = (): Sources | undefined => readSources('repair-bench', programs);
export const programsMissing =
  'the programs of repair-bench are not beside the checkout (shared/repair-bench)';
