/** What Node needs to run a TypeScript file of this repository as a program of its own. */
export const typescriptArguments: readonly string[] = [
  `--import=${new URL('../../scripts/typescript-loader.mjs', import.meta.url).href}`,
];
