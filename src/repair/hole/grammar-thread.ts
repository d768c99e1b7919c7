// The thread in which the grammars of holes are made: a new one takes as long as a hundred tokens.
import { parentPort } from 'node:worker_threads';
import type { Grammar } from '../../engine/grammar.js';
import type { GrammarRequest, MadeGrammar } from './grammar-maker.js';
import { holeWithin } from './hole-grammar.js';

const port = parentPort as NonNullable<typeof parentPort>;
const numbers = new WeakMap<Grammar, number>();
let count = 0;

port.on('message', ({ id, prefix, suffix, options, surroundings }: GrammarRequest) => {
  const grammar = holeWithin(prefix, suffix, options, surroundings);
  let number: number | undefined;
  if (grammar !== undefined) {
    number = numbers.get(grammar) ?? count++;
    numbers.set(grammar, number);
  }
  const reply: MadeGrammar = { id, number, program: grammar?.toBuffer() };
  port.postMessage(reply, reply.program === undefined ? [] : [reply.program.buffer as ArrayBuffer]);
});
