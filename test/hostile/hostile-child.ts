// Runs hostile cases one after the other, from a number on, and prints a line for each as it begins and as it ends: whoever
// started this process sees which one ended it.
import { Compiler, type Grammar, GrammaskError, Vocabulary } from '../../src/index.js';
import { type HostileCase, hostileCases, NO_UTF8 } from './hostile-cases.js';

const LIMITS = { timeoutMs: 400, memoryBytes: 300_000_000 };
const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
const vocabulary = Vocabulary.fromTokens([...bytes, '<end>'], { stopTokens: [256] });

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The code of the error of limits with which some work ends; other errors are thrown again. */
function outcomeOf(work: () => void): string {
  try {
    work();
    return 'done';
  } catch (error) {
    if (!GrammaskError.isInstance(error)) return `no error of ours: ${error}`;
    if (/call stack/.test(String(error))) return `the stack: ${error.message}`;
    return error.code;
  }
}

function ask(grammar: Grammar, { texts = [] }: HostileCase): string[] {
  const problems: string[] = [];
  const within = (what: string, work: () => void): void => {
    const from = cpuMs();
    const outcome = outcomeOf(work);
    const ms = cpuMs() - from;
    if (!['done', 'DEADLINE', 'MEMORY'].includes(outcome)) problems.push(`${what}: ${outcome}`);
    if (ms > 4 * LIMITS.timeoutMs) problems.push(`${what}: ${Math.round(ms)} ms`);
  };
  for (const text of texts) {
    within('test', () => void grammar.test(text));
    within('explain', () => void grammar.explain(text));
  }
  for (const text of NO_UTF8) {
    within('no UTF-8', () => {
      if (grammar.test(text)) problems.push(`${text} is no UTF-8, and was accepted`);
    });
  }
  within('masks', () => {
    const compiled = new Compiler(vocabulary).compileSync(grammar, LIMITS);
    const matcher = compiled.matcher();
    const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
    matcher.fillMask(mask);
    for (const byte of new TextEncoder().encode(texts[0]?.slice(0, 50) ?? '')) {
      if (!matcher.accept(byte)) break;
      matcher.fillMask(mask);
    }
    matcher.shortestCompletion?.();
  });
  return problems;
}

for (let index = Number(process.argv[2]); index < hostileCases.length; index++) {
  const one = hostileCases[index] as HostileCase;
  console.log(JSON.stringify({ index }));
  const from = cpuMs();
  let grammar: Grammar | undefined;
  let outcome = outcomeOf(() => {
    grammar = one.make(LIMITS);
  });
  if (outcome === 'done') outcome = 'made';
  const problems: string[] = [];
  if (!one.outcomes.split(' ').includes(outcome)) problems.push(outcome);
  const ms = cpuMs() - from;
  // Twice: once for the source and once for its tables.
  if (one.isUnbounded !== true && ms > 8 * LIMITS.timeoutMs) problems.push(`made in ${Math.round(ms)} ms`);
  if (grammar !== undefined) problems.push(...ask(grammar, one));
  console.log(JSON.stringify({ index, outcome, ms: Math.round(ms), problems }));
}
