// The package as users have it: the built JavaScript, so that no time is that of a loader. Types come from the sources.
import type * as Package from '../src/index.js';

export const {
  Compiler,
  fillMasks,
  Grammar,
  GrammaskError,
  sample,
  Vocabulary,
  generationStyle,
}: typeof Package = await import(new URL('../dist/index.js', import.meta.url).href);
