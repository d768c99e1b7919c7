import { sourceError } from '../source-location.js';
import type { AbnfToken } from './abnf-lexer.js';

/** A rule with all its definitions: the first with `=`, further ones with `=/`. */
export interface RuleText {
  /** As it is written where it is defined first. */
  readonly name: string;
  readonly offset: number;
  /** Ranges of tokens, behind the `=`. */
  readonly bodies: { readonly from: number; readonly to: number; readonly offset: number }[];
}

/** Rules by name in small letters. A core rule is replaced where a text has its own of that name. */
export type RuleTable = Map<string, RuleText & { readonly isCore: boolean }>;

/**
 * Finds the rules of a text: each begins at a name that stands first on its line before `=` or `=/`, and goes on over the
 * lines that are indented further than the name.
 */
export function findRules(
  source: string,
  tokens: readonly AbnfToken[],
  offset: number,
  table: RuleTable,
  isCore: boolean,
): void {
  const starts: number[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== '=' && token.kind !== '=/') return;
    const before = tokens[index - 1];
    if (before?.kind !== 'name' || starts.at(-1) === index - 2) {
      const hint =
        before?.kind === 'prose'
          ? 'the name of a rule stands without angle brackets where it is defined'
          : 'a rule is written name = elements';
      throw sourceError('SYNTAX', source, token.offset, `a ${token.kind} without a name before it`, hint);
    }
    if (before.indent === undefined) {
      throw sourceError(
        'SYNTAX',
        source,
        before.offset,
        `rule ${before.name} begins in the middle of a line`,
        'begin each rule on a line of its own',
      );
    }
    starts.push(index - 1);
  });
  const first = tokens[0];
  if (first !== undefined && starts[0] !== 0) {
    throw sourceError('SYNTAX', source, first.offset, 'expected a rule', 'a rule is written name = elements');
  }
  starts.forEach((start, index) => {
    const name = tokens[start] as AbnfToken & { kind: 'name' };
    const to = starts[index + 1] ?? tokens.length;
    checkIndentation(source, tokens.slice(start + 1, to), name);
    const body = { from: offset + start + 2, to: offset + to, offset: name.offset };
    addRule(source, name, tokens[start + 1]?.kind === '=/', body, table, isCore);
  });
}

function checkIndentation(
  source: string,
  tokens: readonly AbnfToken[],
  name: AbnfToken & { kind: 'name' },
): void {
  const least = name.indent as number;
  const wrong = tokens.find(({ indent }) => indent !== undefined && indent <= least);
  if (wrong === undefined) return;
  throw sourceError(
    'SYNTAX',
    source,
    wrong.offset,
    'expected a rule, or a line that is indented further than the rule that it continues',
    `a rule is written name = elements; indent the lines that continue rule ${name.name}`,
  );
}

function addRule(
  source: string,
  { name, offset }: AbnfToken & { kind: 'name' },
  isMore: boolean,
  body: RuleText['bodies'][number],
  table: RuleTable,
  isCore: boolean,
): void {
  const key = name.toLowerCase();
  const known = table.get(key);
  if (isMore) {
    if (known === undefined) {
      const hint = `write ${name} = … for the first alternatives`;
      throw sourceError('SYNTAX', source, offset, `rule ${name} is extended before it is defined`, hint);
    }
    known.bodies.push(body);
    return;
  }
  if (known !== undefined && !known.isCore) {
    throw sourceError(
      'SYNTAX',
      source,
      offset,
      `rule ${name} is defined twice`,
      `write ${name} =/ … for more alternatives; ${name} and ${known.name} are one name`,
    );
  }
  // To the end of the table, so that the first rule of a text is known by its place.
  table.delete(key);
  table.set(key, { name, offset, bodies: [body], isCore });
}
