import { existsSync, readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { ebnfProgram } from '../../src/frontends/ebnf/ebnf-program.js';
import { concatPrograms } from '../../src/frontends/program-merge.js';
import { regexProgram } from '../../src/frontends/regex/regex-program.js';
import { Grammar, GrammaskError } from '../../src/index.js';
import { matchesProgram } from '../support/expr-matcher.js';

/**
 * Cases that define the dialects of XGrammar: each row is checked by brute force and, where the native engine is built, by
 * the engine.
 */

interface Row {
  readonly id: string;
  readonly suite: string;
  readonly kind: 'ebnf' | 'regex' | 'concat' | 'lark';
  readonly grammar: string;
  readonly options: { readonly root_rule_name?: string };
  readonly input?: string;
  readonly inputB64?: string;
  readonly mode?: 'full' | 'prefix';
  readonly expected?: boolean;
  readonly expectError?: boolean;
}

const folder = new URL('../../../shared/grammar-cases/', import.meta.url);
const missing = existsSync(folder) ? false : 'the shared grammar cases are not beside the checkout';
/** Longer inputs are left to the engine. */
const BRUTE_FORCE_LENGTH = 150;

function rowsOf(name: string): Row[] {
  const lines = readFileSync(new URL(name, folder), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Row).filter((row) => row.suite !== 'xgrammar-next');
}

function programOfRow(row: Row): Uint8Array {
  switch (row.kind) {
    case 'ebnf':
      return ebnfProgram(row.grammar, { dialect: 'xgrammar', root: row.options.root_rule_name });
    case 'regex':
      return regexProgram(row.grammar, { flags: 'us' });
    case 'concat':
      return concatPrograms((JSON.parse(row.grammar) as Row[]).map(programOfRow));
    default:
      throw new GrammaskError('UNSUPPORTED', `no front end reads ${row.kind}`);
  }
}

/** Whether the engine is there to ask. */
function engineLoads(): boolean {
  try {
    return Grammar.choice(['a']).test('a');
  } catch (error) {
    if (GrammaskError.isInstance(error) && error.code === 'STATE') return false;
    throw error;
  }
}

/** Rows whose error is that of an engine which has less. */
const SUPPORTED_HERE: ReadonlyMap<string, string> = new Map([['xg:e191', 'negative look-behind']]);

function runRows(t: Test, name: string, atLeast: number): void {
  const withEngine = engineLoads();
  if (!withEngine) t.comment('the native engine is not built: checked by brute force alone');
  const wrong: string[] = [];
  const unsupported: string[] = [];
  let brute = 0;
  let asked = 0;
  for (const row of rowsOf(name)) {
    let program: Uint8Array;
    try {
      program = programOfRow(row);
      if (row.expectError && !SUPPORTED_HERE.has(row.id)) wrong.push(`${row.id}: no error`);
    } catch (error) {
      if (!GrammaskError.isInstance(error)) throw error;
      if (error.code === 'UNSUPPORTED') unsupported.push(`${row.id}: ${error.message}`);
      else if (!row.expectError) wrong.push(`${row.id}: ${error}`);
      continue;
    }
    if (row.expected === undefined) continue;
    const bytes = row.inputB64 === undefined ? undefined : Buffer.from(row.inputB64, 'base64');
    const input = row.input ?? '';
    if (bytes === undefined && row.mode === 'full' && input.length <= BRUTE_FORCE_LENGTH) {
      brute += 1;
      if (matchesProgram(program, input) !== row.expected) wrong.push(`${row.id}: brute force`);
    }
    if (!withEngine) continue;
    asked += 1;
    const grammar = Grammar.fromBuffer(program);
    const verdict = row.mode === 'full' ? grammar.test(bytes ?? input) : grammar.testPrefix(bytes ?? input);
    if (verdict !== row.expected) wrong.push(`${row.id}: engine`);
  }
  t.comment(`${name}: ${brute} by brute force, ${asked} by the engine, ${unsupported.length} unsupported`);
  t.same(wrong, []);
  t.ok(brute >= atLeast, `${brute} rows were checked by brute force`);
}

t.test('EBNF', { skip: missing }, (t) => {
  runRows(t, 'ebnf.jsonl', 140);
  t.end();
});

t.test('regular expressions', { skip: missing }, (t) => {
  runRows(t, 'regex.jsonl', 40);
  t.end();
});

t.test('concatenation', { skip: missing }, (t) => {
  runRows(t, 'concat.jsonl', 8);
  t.end();
});
