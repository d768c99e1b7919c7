import { checkOptions } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';
import { createBuildBudget } from '../frontends/build-budget.js';
import { lexemesOf } from '../frontends/ebnf/ebnf-lexemes.js';
import { ebnfProgram } from '../frontends/ebnf/ebnf-program.js';
import { locate } from '../frontends/source-location.js';
import { type AmbiguitySearch, findAmbiguities } from './ambiguity.js';
import { bodyOf, type Facts, factsOf, reachableFrom, referencesOf } from './facts.js';
import { type GrammarTree, grammarTree, type TreeNode } from './grammar-tree.js';
import type { LintCode, LintFinding, LintOptions, LintReport, LintSeverity } from './lint-report.js';
import { shadowedKeywords } from './shadowed-keywords.js';
import { whiteSpaceFindings } from './white-space.js';

const DEFAULT_BUDGET = 200_000;

const SEVERITY: Readonly<Record<LintCode, LintSeverity>> = {
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
 * Looks for what is hardly meant in an EBNF grammar that is right: rules that nobody uses, that match nothing or only the
 * empty text, alternatives that stand twice, white space without bound, keywords that an identifier reads as well, and rules
 * that read a text in two ways. Recursion of any kind is fine, left recursion too.
 *
 * Macros, tokens and operators are taken to match something that is not looked at.
 *
 * @throws {GrammaskError} `SYNTAX` with its place for what is no grammar; `ARGUMENT`; `DEADLINE` and `MEMORY` past the limits
 * @example
 * lintGrammar('root ::= "a"\nspare ::= "b"').findings[0].code // 'unused-rule'
 */
export function lintGrammar(source: string, options: LintOptions = {}): LintReport {
  if (typeof source !== 'string') throw new GrammaskError('ARGUMENT', 'a grammar is a string');
  const {
    root = 'root',
    dialect = 'gbnf',
    limits,
    ambiguityBudget = DEFAULT_BUDGET,
  } = checkOptions(options, ['root', 'dialect', 'limits', 'ambiguityBudget']);
  try {
    ebnfProgram(source, { root, dialect, limits });
  } catch (error) {
    // What cannot be enforced can be looked at all the same.
    if (!GrammaskError.isInstance(error) || error.code !== 'UNSUPPORTED') throw error;
  }
  const budget = createBuildBudget(limits);
  const tree = grammarTree(source, root, dialect, budget);
  const findings: (LintFinding & { offset: number })[] = [];
  const add: Add = (code, offset, message, hint, witness) => {
    const { line, column, excerpt } = locate(source, offset) as {
      line: number;
      column: number;
      excerpt: string;
    };
    const found = { code, severity: SEVERITY[code], line, column, excerpt, message, hint, offset };
    findings.push(witness === undefined ? found : { ...found, witness });
  };
  const facts = factsOf(tree);
  const reached = lintUse(tree, add);
  lintEmptiness(tree, facts, add);
  lintDuplicates(tree, source, add);
  for (const { offset, message, hint } of whiteSpaceFindings(tree, facts)) {
    add('unbounded-white-space', offset, message, hint);
  }
  for (const { node, keyword, by } of shadowedKeywords(tree, budget)) {
    const reader = by === undefined ? 'another alternative' : `rule ${by}`;
    const message = `${JSON.stringify(keyword)} can also be read by ${reader} at the same place`;
    add(
      'shadowed-keyword',
      (tree.nodes[node] as TreeNode).offset,
      message,
      `take it out of ${reader}, as with & and ~, if the keyword must win`,
    );
  }
  const search = ambiguityBudget > 0 ? findAmbiguities(tree, facts, ambiguityBudget) : undefined;
  const undecidedRules = search === undefined ? [] : lintAmbiguity(tree, facts, reached, search, add);
  const ambiguitySearch =
    search === undefined ? 'off' : search.ranOut || undecidedRules.length > 0 ? 'budget' : 'complete';
  findings.sort((a, b) => a.offset - b.offset || (a.code < b.code ? -1 : 1));
  return { findings: findings.map(({ offset, ...finding }) => finding), ambiguitySearch, undecidedRules };
}

function lintUse(tree: GrammarTree, add: Add): ReadonlySet<number> {
  const references = referencesOf(tree);
  const reached = reachableFrom([tree.root], references);
  const root = tree.rules[tree.root]?.name ?? 'root';
  for (const [rule, { name, offset }] of tree.rules.entries()) {
    if (reached.has(rule)) continue;
    const users = tree.rules.filter((_, other) => other !== rule && references[other]?.has(rule) === true);
    if (users.length === 0) {
      add('unused-rule', offset, `rule ${name} is never used`, 'use it or remove it');
    } else {
      const names = users
        .slice(0, 3)
        .map((user) => user.name)
        .join(', ');
      add(
        'unreachable-rule',
        offset,
        `rule ${name} cannot be reached from ${root}: only ${names} names it`,
        'use it or remove it',
      );
    }
  }
  return reached;
}

function lintEmptiness(tree: GrammarTree, { productive, nonEmpty }: Facts, add: Add): void {
  for (const { name, offset, body } of tree.rules) {
    if (!productive[body]) {
      const hint = 'every way through it leads back to itself: add an alternative without it';
      add('matches-nothing', offset, `rule ${name} matches no text at all`, hint);
    } else if (!nonEmpty[body]) {
      add('matches-only-empty', offset, `rule ${name} matches nothing but the empty text`, 'leave it out');
    }
  }
}

function lintDuplicates(tree: GrammarTree, source: string, add: Add): void {
  const budget = createBuildBudget();
  for (const node of tree.nodes) {
    if (node.kind !== 'union') continue;
    const seen = new Set<string>();
    for (const part of node.parts) {
      const { offset, end } = tree.nodes[part] as TreeNode;
      const written = source.slice(offset, end);
      const pieces = lexemesOf(written, budget).filter(({ kind }) => kind !== 'comment');
      const text = pieces.map((piece) => piece.text).join(' ');
      if (text !== '' && seen.has(text)) {
        add(
          'duplicate-alternative',
          offset,
          'this alternative stands here a second time',
          'remove one of them',
        );
      }
      seen.add(text);
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
  const isMeant = (rule: number): boolean =>
    reached.has(rule) && facts.productive[bodyOf(tree, rule)] === true;
  for (const [rule, text] of witnesses) {
    const { name, offset } = tree.rules[rule] as GrammarTree['rules'][number];
    if (!isMeant(rule)) continue;
    const message = `rule ${name} reads ${JSON.stringify(text)} in more than one way`;
    add(
      'ambiguous-rule',
      offset,
      message,
      'harmless for masks; split the alternatives where one reading is meant',
      text,
    );
  }
  return tree.rules.flatMap(({ name }, rule) => (undecided.has(rule) && isMeant(rule) ? [name] : []));
}
