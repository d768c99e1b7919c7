import { checkOptions } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';
import { createBuildBudget } from '../frontends/build-budget.js';
import { locate } from '../frontends/source-location.js';
import { isWrittenKind, readToLookAt, textToShow, writtenKinds } from '../frontends/written-grammar.js';
import { type AmbiguitySearch, findAmbiguities } from './ambiguity.js';
import { duplicateAlternatives } from './duplicates.js';
import { bodyOf, type Facts, factsOf, reachableFrom, referencesOf } from './facts.js';
import { type GrammarTree, grammarTree, type TreeNode } from './grammar-tree.js';
import type { LintCode, LintFinding, LintOptions, LintReport, LintSeverity } from './lint-report.js';
import { shadowedKeywords } from './shadowed-keywords.js';
import { whiteSpaceFindings } from './white-space.js';

const DEFAULT_BUDGET = 200_000;

const SEVERITY: Readonly<Record<LintCode, LintSeverity>> = {
  unsupported: 'error',
  'matches-nothing': 'error',
  'matches-only-empty': 'warning',
  'unused-rule': 'warning',
  'unreachable-rule': 'warning',
  'duplicate-alternative': 'warning',
  'unbounded-white-space': 'warning',
  'shadowed-keyword': 'warning',
  'ambiguous-rule': 'info',
};

type Add = (code: LintCode, offset: number, message: string, hint: string, witness?: string) => void;

/**
 * Looks for what is hardly meant in a grammar that is right, in EBNF, Lark or ABNF: rules that nobody uses, that match nothing
 * or only the empty text, alternatives that stand twice, white space without bound, keywords that an identifier reads as well,
 * rules that read a text in two ways, and what the engine cannot enforce. Recursion of any kind is fine, left recursion too.
 * Where the reader cannot go on behind what cannot be enforced, that is the only finding.
 *
 * Macros, tokens, operators and JSON Schemas are taken to match something that is not looked at.
 *
 * @throws {GrammaskError} `SYNTAX` with its place for what is no grammar; `ARGUMENT`; `DEADLINE` and `MEMORY` past the limits
 * @example
 * lintGrammar('root ::= "a"\nspare ::= "b"').findings[0].code // 'unused-rule'
 */
export function lintGrammar(source: string, options: LintOptions = {}): LintReport {
  if (typeof source !== 'string') throw new GrammaskError('ARGUMENT', 'a grammar is a string');
  const {
    kind = 'ebnf',
    root,
    dialect,
    limits,
    ambiguityBudget = DEFAULT_BUDGET,
  } = checkOptions(options, ['kind', 'root', 'dialect', 'limits', 'ambiguityBudget']);
  if (typeof kind !== 'string' || !isWrittenKind(kind)) {
    throw new GrammaskError('ARGUMENT', `no grammar of kind ${String(kind)} can be looked at`, {
      hint: `the kinds are ${writtenKinds.join(', ')}`,
    });
  }
  if (typeof ambiguityBudget !== 'number' || !(ambiguityBudget >= 0)) {
    throw new GrammaskError('ARGUMENT', 'the option ambiguityBudget is a number of 0 or more');
  }
  const words = { ...(root !== undefined && { root }), ...(dialect !== undefined && { dialect }) };
  const { written, refusals } = readToLookAt(kind, source, { ...words, ...(limits && { limits }) });
  const refused = refusals.map(refusalFinding);
  if (written === undefined) return { findings: refused, ambiguitySearch: 'off', undecidedRules: [] };
  const tree = grammarTree(written);
  const budget = createBuildBudget(limits);
  const findings: LintFinding[] = refused;
  const add: Add = (code, offset, message, hint, witness) => {
    const found = { code, severity: SEVERITY[code], ...locate(source, offset), message, hint };
    findings.push(witness === undefined ? found : { ...found, witness });
  };
  const facts = factsOf(tree);
  const reached = lintUse(tree, add);
  lintEmptiness(tree, facts, add);
  for (const node of duplicateAlternatives(tree, budget)) {
    const { offset } = tree.nodes[node] as TreeNode;
    add('duplicate-alternative', offset, 'this alternative stands here a second time', 'remove one of them');
  }
  for (const { offset, message, hint } of whiteSpaceFindings(tree, facts)) {
    add('unbounded-white-space', offset, message, hint);
  }
  for (const { node, keyword, by } of shadowedKeywords(tree, budget)) {
    const reader = by ?? 'another alternative';
    const message = `${keyword} can also be read by ${reader} at the same place`;
    add('shadowed-keyword', (tree.nodes[node] as TreeNode).offset, message, tree.notation.exclude);
  }
  const search = ambiguityBudget > 0 ? findAmbiguities(tree, facts, ambiguityBudget) : undefined;
  const undecidedRules = search === undefined ? [] : lintAmbiguity(tree, facts, reached, search, add);
  const ambiguitySearch =
    search === undefined ? 'off' : search.ranOut || undecidedRules.length > 0 ? 'budget' : 'complete';
  findings.sort((a, b) => a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1));
  return { findings, ambiguitySearch, undecidedRules };
}

function refusalFinding({ message, hint = 'write it in another way', location }: GrammaskError): LintFinding {
  const place = location !== undefined && 'line' in location ? location : { line: 1, column: 1, excerpt: '' };
  const { line, column, excerpt } = place;
  return { code: 'unsupported', severity: SEVERITY.unsupported, line, column, excerpt, message, hint };
}

function lintUse(tree: GrammarTree, add: Add): ReadonlySet<number> {
  const references = referencesOf(tree);
  const reached = reachableFrom(tree.starts, references);
  const root = tree.rules[tree.root]?.name ?? 'root';
  for (const [rule, { called, offset, isLibrary }] of tree.rules.entries()) {
    if (isLibrary || reached.has(rule)) continue;
    const users = tree.rules.filter((_, other) => other !== rule && references[other]?.has(rule) === true);
    if (users.length === 0) {
      add('unused-rule', offset, `${called} is never used`, 'use it or remove it');
    } else {
      const names = users
        .slice(0, 3)
        .map((user) => user.name)
        .join(', ');
      add(
        'unreachable-rule',
        offset,
        `${called} cannot be reached from ${root}: only ${names} names it`,
        'use it or remove it',
      );
    }
  }
  return reached;
}

function lintEmptiness(tree: GrammarTree, { productive, nonEmpty }: Facts, add: Add): void {
  for (const { called, offset, body, isLibrary } of tree.rules) {
    if (isLibrary) continue;
    if (!productive[body]) {
      const hint = 'every way through it leads back to itself: add an alternative without it';
      add('matches-nothing', offset, `${called} matches no text at all`, hint);
    } else if (!nonEmpty[body]) {
      add('matches-only-empty', offset, `${called} matches nothing but the empty text`, 'leave it out');
    }
  }
}

function lintAmbiguity(
  tree: GrammarTree,
  facts: Facts,
  reached: ReadonlySet<number>,
  { witnesses, undecided }: AmbiguitySearch,
  add: Add,
): string[] {
  // Of what may be ignored it does not matter how it is split.
  const isMeant = (rule: number): boolean =>
    reached.has(rule) &&
    facts.productive[bodyOf(tree, rule)] === true &&
    tree.rules[rule]?.isLibrary === false &&
    tree.starts.indexOf(rule) < 1;
  for (const [rule, text] of witnesses) {
    const { called, offset } = tree.rules[rule] as GrammarTree['rules'][number];
    if (!isMeant(rule)) continue;
    const shown = textToShow(tree, text);
    const quoted = tree.readsBytes ? `"${shown}"` : JSON.stringify(text);
    const message = `${called} reads ${quoted} in more than one way`;
    add(
      'ambiguous-rule',
      offset,
      message,
      'harmless for masks; split the alternatives where one reading is meant',
      shown,
    );
  }
  return tree.rules.flatMap(({ name }, rule) => (undecided.has(rule) && isMeant(rule) ? [name] : []));
}
