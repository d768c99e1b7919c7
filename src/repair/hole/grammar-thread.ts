// The thread in which the grammars of holes are made: a new one takes as long as a hundred tokens.
import type { Grammar } from '../../engine/grammar.js';
import { answerQuestions } from '../answering-thread.js';
import type { GrammarQuestion, MadeGrammar } from './grammar-maker.js';
import { holeWithin } from './hole-grammar.js';

const numbers = new WeakMap<Grammar, number>();
let count = 0;

answerQuestions<GrammarQuestion, MadeGrammar>(
  ({ prefix, suffix, options, surroundings }) => {
    const grammar = holeWithin(prefix, suffix, options, surroundings);
    if (grammar === undefined) return null;
    const number = numbers.get(grammar) ?? count++;
    numbers.set(grammar, number);
    return { number, program: grammar.toBuffer() };
  },
  (made) => (made === null ? [] : [made.program.buffer as ArrayBuffer]),
);
