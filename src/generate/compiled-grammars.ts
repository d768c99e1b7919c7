import type { CompiledGrammar } from '../engine/compiled-grammar.js';
import type { Compiler } from '../engine/compiler.js';
import type { Grammar } from '../engine/grammar.js';

/** The grammars that were compiled last: one that is given again is not compiled again. */
export interface CompiledGrammars {
  /**
   * A grammar in use until `release`.
   *
   * @throws GrammaskError what its compile throws
   */
  use(grammar: Grammar, signal: AbortSignal | undefined): Promise<CompiledGrammar>;
  release(grammar: Grammar, compiled: CompiledGrammar): void;
  /** Forgets those that are not in use. */
  clear(): void;
}

/** A repair asks for a few holes by turns. */
const KEPT = 8;

export function createCompiledGrammars(compiler: Compiler): CompiledGrammars {
  const kept = new Map<Grammar, { readonly compiled: CompiledGrammar; users: number }>();
  /** The least recently used first. */
  function dropUnused(most: number): void {
    for (const [grammar, { compiled, users }] of kept) {
      if (kept.size <= most) return;
      if (users > 0) continue;
      kept.delete(grammar);
      compiled.dispose();
    }
  }
  return {
    async use(grammar, signal) {
      const known = kept.get(grammar);
      if (known !== undefined) {
        known.users += 1;
        kept.delete(grammar);
        kept.set(grammar, known);
        return known.compiled;
      }
      const compiled = await compiler.compile(grammar, { signal });
      // Another one may have been compiled meanwhile.
      if (!kept.has(grammar)) kept.set(grammar, { compiled, users: 1 });
      return compiled;
    },
    release(grammar, compiled) {
      const known = kept.get(grammar);
      if (known?.compiled === compiled) known.users -= 1;
      else compiled.dispose();
      dropUnused(KEPT);
    },
    clear: () => dropUnused(0),
  };
}
