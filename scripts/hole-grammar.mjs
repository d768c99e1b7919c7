// Writes grammars/typescript-hole.ebnf from the states of src/repair/hole:
// node --import ./scripts/typescript-loader.mjs scripts/hole-grammar.mjs
import { writeFileSync } from 'node:fs';
import { builtinHoleSource } from '../src/repair/hole/print-hole.ts';

writeFileSync(new URL('../grammars/typescript-hole.ebnf', import.meta.url), builtinHoleSource());
