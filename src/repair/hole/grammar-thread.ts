// The thread in which the grammars of holes are made: a new one takes as long as a hundred tokens.
import { parentPort } from 'node:worker_threads';
import type { Grammar } from '../../engine/grammar.js';
import type { Answered, Asked } from '../asked-thread.js';
import type { GrammarQuestion, MadeGrammar } from './grammar-maker.js';
import { holeWithin } from './hole-grammar.js';

const port = parentPort as NonNullable<typeof parentPort>;
const numbers = new WeakMap<Grammar, number>();
let count = 0;

port.on('message', ({ id, question }: Asked<GrammarQuestion>) => {
  const { prefix, suffix, options, surroundings } = question;
  const grammar = holeWithin(prefix, suffix, options, surroundings);
  if (grammar === undefined) {
    port.postMessage({ id, answer: null } satisfies Answered<MadeGrammar>);
    return;
  }
  const number = numbers.get(grammar) ?? count++;
  numbers.set(grammar, number);
  const program = grammar.toBuffer();
  const reply: Answered<MadeGrammar> = { id, answer: { number, program } };
  port.postMessage(reply, [program.buffer as ArrayBuffer]);
});
