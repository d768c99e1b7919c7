import type { ProgramBuilder } from '../program-builder.js';
import { nearestName } from '../rules/nearest-name.js';
import { sourceError } from '../source-location.js';
import { parseAttributes } from './lark-attributes.js';
import { parseBody } from './lark-body-parser.js';
import { COMMON_TERMINALS } from './lark-common.js';
import { lexLark } from './lark-lexer.js';
import { readGrammarOptions } from './lark-options.js';
import { createLarkReader, type LarkReader } from './lark-reader.js';
import {
  isTerminalName,
  type LarkBody,
  type LarkGrammar,
  type LarkIgnored,
  type LarkOptions,
  type LarkRule,
  type LarkTerminal,
} from './lark-tree.js';

/** Grammars inside of grammars, at most. */
const MAX_NESTING = 30;

/** Parses a grammar; names are not looked up yet. `SYNTAX` with the place, `UNSUPPORTED` for what is left out of the dialect. */
export function parseLark(builder: ProgramBuilder, source: string): LarkGrammar {
  const reader = createLarkReader(source, lexLark(builder, source));
  return parseItems(builder, reader, 0);
}

/** The items of a grammar, up to the end or to the brace that closes it. */
function parseItems(builder: ProgramBuilder, reader: LarkReader, nesting: number): LarkGrammar {
  const offset = reader.offset();
  const rules = new Map<string, LarkRule>();
  const terminals = new Map<string, LarkTerminal>();
  const ignored: LarkIgnored[] = [];
  let options: LarkOptions = {
    allowInvalidUtf8: false,
    allowInvalidUtf8At: 0,
    allowInitialSkip: false,
    ignoreOnce: false,
    noForcing: false,
  };

  const nested = (): LarkGrammar => {
    const from = reader.offset();
    if (nesting >= MAX_NESTING) {
      reader.fail('UNSUPPORTED', from, `grammars nest more than ${MAX_NESTING} deep`);
    }
    reader.expect('{', 'the { of a nested grammar');
    const grammar = parseItems(builder, reader, nesting + 1);
    reader.expect('}', 'the } of a nested grammar');
    return grammar;
  };
  const body = (): LarkBody => parseBody(builder, reader, nested);

  function checkNew(name: string, at: number): void {
    if (!rules.has(name) && !terminals.has(name)) return;
    reader.fail('SYNTAX', at, `${name} is defined twice`, 'join the two with |, or rename one');
  }

  function definition(): void {
    while (reader.takes('!') || reader.takes('?')) {
      // They shape the syntax tree of other tools, and mean nothing for the texts.
    }
    const at = reader.offset();
    const { name } = reader.expect('name', 'the name of a rule');
    checkNew(name, at);
    const isTerminal = isTerminalName(name);
    const what = isTerminal ? 'terminal' : 'rule';
    const isParametric = reader.takes('::');
    if (isParametric) {
      reader.expect('_', 'the _ of a parameter');
      if (isTerminal) reader.fail('SYNTAX', at, `terminal ${name} cannot have a parameter`, 'make it a rule');
    }
    if (reader.is('{'))
      reader.fail(
        'UNSUPPORTED',
        reader.offset(),
        'templates cannot be enforced',
        'write a rule for each use',
      );
    if (reader.is('.')) {
      const message = `a priority of ${what} ${name} cannot be enforced`;
      builder.refuse(sourceError('UNSUPPORTED', reader.source, reader.offset(), message, 'leave it out'));
      reader.next();
      reader.expect('number', 'a priority');
    }
    const attributes = reader.is('[') ? parseAttributes(reader, name) : undefined;
    if (isTerminal && attributes !== undefined) {
      reader.fail(
        'SYNTAX',
        attributes.offset,
        `terminal ${name} cannot have attributes`,
        'write them on a rule',
      );
    }
    reader.expect(':', `the : behind ${what} ${name}`);
    const parsed = body();
    if (isTerminal) terminals.set(name, { name, offset: at, body: parsed });
    else rules.set(name, { name, offset: at, isParametric, attributes, body: parsed });
  }

  function importTerminals(): void {
    const at = reader.offset();
    if (reader.takes('.')) refuseImport(at);
    const library = reader.expect('name', 'the name of a library').name;
    if (library !== 'common') refuseImport(at);
    if (reader.takes('(')) {
      do importOne(false);
      while (reader.takes(','));
      reader.expect(')', 'the ) of the list of names');
      return;
    }
    reader.expect('.', 'a . behind the name of the library');
    if (reader.takes('(')) {
      do importOne(false);
      while (reader.takes(','));
      reader.expect(')', 'the ) of the list of names');
    } else {
      importOne(true);
    }
  }

  function importOne(mayBeRenamed: boolean): void {
    const at = reader.offset();
    const { name } = reader.expect('name', 'the name of a terminal');
    const pattern = COMMON_TERMINALS.get(name);
    if (pattern === undefined) {
      const near = nearestName(name, COMMON_TERMINALS.keys());
      const hint =
        near === undefined ? `there are ${[...COMMON_TERMINALS.keys()].join(', ')}` : `did you mean ${near}?`;
      reader.fail('SYNTAX', at, `common has no terminal ${name}`, hint);
    }
    const local = mayBeRenamed && reader.takes('->') ? reader.expect('name', 'the new name').name : name;
    checkNew(local, at);
    if (!isTerminalName(local)) {
      reader.fail('SYNTAX', at, `${local} is no name of a terminal`, 'terminals begin with a capital letter');
    }
    const node = { kind: 'pattern', pattern, flags: '', offset: at } as const;
    terminals.set(local, { name: local, offset: at, body: [node] });
  }

  function refuseImport(at: number): never {
    return reader.fail(
      'UNSUPPORTED',
      at,
      'only terminals of common can be imported',
      'copy the rules in, or use %lark or @name',
    );
  }

  for (;;) {
    builder.step();
    while (reader.takes('newline')) {
      // Blank lines and comments.
    }
    const token = reader.peek();
    switch (token.kind) {
      case 'end':
        return { rules, terminals, ignored, options, offset };
      case '}':
        if (nesting > 0) return { rules, terminals, ignored, options, offset };
        return reader.fail('SYNTAX', token.offset, 'a } without its {');
      case 'name':
      case '!':
      case '?':
        definition();
        break;
      case '%ignore':
        reader.next();
        ignored.push({ offset: token.offset, body: body() });
        break;
      case '%import':
        reader.next();
        importTerminals();
        break;
      case '%llguidance':
      case '%grammar_options':
        reader.next();
        options = readGrammarOptions(builder, reader, token, options);
        break;
      case '%declare':
      case '%override':
      case '%extend':
        return reader.fail(
          'UNSUPPORTED',
          token.offset,
          `${token.kind} cannot be enforced`,
          'define the rule itself',
        );
      default:
        return reader.fail(
          'SYNTAX',
          token.offset,
          'expected a rule, a terminal or a directive',
          'a rule is written name: body',
        );
    }
    if (reader.is('newline') || reader.is('end') || (reader.is('}') && nesting > 0)) continue;
    reader.fail('SYNTAX', reader.offset(), `expected the end of the line but found ${reader.describe()}`);
  }
}
