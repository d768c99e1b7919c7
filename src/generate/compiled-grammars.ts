// Grammars that were compiled for a model, for answers in the same language: a grammar that is given again is not compiled again, and
// finds its masks.
import type { CompiledGrammar } from '../engine/compiled-grammar.js';
import type { Compiler } from '../engine/compiler.js';
import type { Grammar } from '../engine/grammar.js';

const mostKept = 8;
const kept = new WeakMap<Compiler, Map<Grammar, CompiledGrammar>>();

/**
 * Compiles a grammar, or gives what was made of it before. It is shared, so that nobody disposes of it: what is used no more is left to the
 * garbage collector.
 */
export async function compileShared(
  compiler: Compiler,
  grammar: Grammar,
  signal: AbortSignal | undefined,
): Promise<CompiledGrammar> {
  let known = kept.get(compiler);
  if (known === undefined) {
    known = new Map();
    kept.set(compiler, known);
  }
  const compiled = known.get(grammar) ?? (await compiler.compile(grammar, { signal }));
  // What was used last stands last.
  known.delete(grammar);
  known.set(grammar, compiled);
  const oldest = known.size > mostKept ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return compiled;
}
