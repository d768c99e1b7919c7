import t, { type Test } from 'tap';
import {
  defaultGrammarCasesFolder,
  type GrammarSource,
  type Row,
  readDifferences,
  readRows,
  rowKey,
  skipGrammarCases,
} from '../../bench/conformance/grammar-rows.js';
import { createJudge, expectedVerdict } from '../../bench/conformance/grammar-verdict.js';
import { ebnfProgram } from '../../src/frontends/ebnf/ebnf-program.js';
import { concatPrograms } from '../../src/frontends/program-merge.js';
import { regexProgram } from '../../src/frontends/regex/regex-program.js';
import { Grammar, GrammaskError } from '../../src/index.js';
import { matchesProgram } from '../support/expr-matcher.js';

/**
 * Cases that define the dialects of XGrammar: each row is checked by brute force and, where the native engine is built, by
 * the engine. Rows where ours differs are listed with their reason in bench/conformance.
 */

/** Longer inputs are left to the engine. */
const BRUTE_FORCE_LENGTH = 150;

function programOf(source: Omit<GrammarSource, 'suite'>): Uint8Array | undefined {
  switch (source.kind) {
    case 'ebnf':
      return ebnfProgram(source.grammar, { dialect: 'xgrammar', root: source.options.root_rule_name });
    case 'regex':
      return regexProgram(source.grammar, { dialect: 'xgrammar' });
    case 'concat': {
      const parts = (JSON.parse(source.grammar) as Omit<GrammarSource, 'suite'>[]).map(programOf);
      return parts.includes(undefined) ? undefined : concatPrograms(parts as Uint8Array[]);
    }
    default:
      return undefined;
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

/** The verdict of brute force; undefined where it is not asked. */
function bruteForce(row: Row): boolean | undefined {
  const { input = '', mode, steps, expected } = row;
  if (expected === undefined || mode !== 'full' || steps !== undefined || row.inputB64 !== undefined)
    return undefined;
  const program = input.length <= BRUTE_FORCE_LENGTH ? programOf(row) : undefined;
  return program === undefined ? undefined : matchesProgram(program, input);
}

function runRows(t: Test, file: string, atLeast: number): void {
  const withEngine = engineLoads();
  if (!withEngine) t.comment('the native engine is not built: checked by brute force alone');
  const listed = new Set(readDifferences().flatMap(({ rows }) => rows));
  const judge = createJudge();
  const wrong: string[] = [];
  let brute = 0;
  let asked = 0;
  for (const row of readRows(defaultGrammarCasesFolder, file)) {
    if (row.kind === 'lark' || row.kind === 'structural_tag') continue;
    const isListed = listed.has(rowKey(row));
    const naive = bruteForce(row);
    if (naive !== undefined) {
      brute += 1;
      if ((naive === row.expected) === isListed) wrong.push(`${row.id}: brute force says ${naive}`);
    }
    if (!withEngine) continue;
    const { verdict, message } = judge(row, 'source');
    if (verdict === 'unsupported') continue;
    asked += 1;
    if ((verdict === expectedVerdict(row)) === isListed) wrong.push(`${row.id}: ${verdict} ${message ?? ''}`);
  }
  t.comment(`${file}: ${brute} by brute force, ${asked} by the engine`);
  t.same(wrong, []);
  t.ok(brute >= atLeast, `${brute} rows were checked by brute force`);
}

for (const [file, atLeast] of [
  ['ebnf', 400],
  ['regex', 50],
  ['concat', 8],
  ['tokens', 0],
] as const) {
  t.test(`${file}.jsonl`, { skip: skipGrammarCases }, (t) => {
    runRows(t, file, atLeast);
    t.end();
  });
}
