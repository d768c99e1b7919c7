import { classStates, objectStates } from './member-states.js';
import { parameterStates } from './parameter-states.js';
import { end, propertyNames, separator, target } from './state-moves.js';
import { a, call, go, type Move, marks, open, type State, words } from './state-table.js';
import { decoratorStates, valueStates } from './value-states.js';

export function statementStates(): [string, State][] {
  const begin: Move[] = [
    call(undefined, 'E.statement', 'statement'),
    open('{', 'S', 'S'),
    go(marks(';'), 'S'),
    go(marks('@'), 'decorated'),
    go(a('plain'), 'label'),
    go(words('var let const using'), 'declare'),
    go(words('else try finally do'), 'S'),
    go(words('declare abstract export'), 'S'),
    go(words('async'), 'asyncDeclaration'),
    go(words('await'), 'awaitUsing'),
    go(words('if while switch with'), 'condition'),
    go(words('for'), 'for'),
    go(words('catch'), 'catch'),
    go(words('return throw'), 'return'),
    go(words('break continue debugger'), 'jump'),
    call(words('case'), 'E', 'case'),
    go(words('default'), 'colon'),
    call(words('function'), 'functionDeclaration', 'S'),
    call(words('class'), 'class', 'S'),
    go(words('interface'), 'interface'),
    go(words('type'), 'alias'),
    go(words('enum'), 'enum'),
    go(words('namespace module global'), 'namespace'),
    go(words('import'), 'import'),
    go(words('export'), 'export'),
  ];
  return [
    ...valueStates({ name: '', behind: [], close: 'soft' }),
    // An expression that is a statement begins with no brace, class or function.
    ['E.statement', { moves: statementExpression }],
    ['statement', { moves: [call(marks(','), 'E', 'statement'), ...end], close: 'bracket', newline: 'S' }],
    ['S', { moves: begin, close: 'bracket' }],
    ['asyncDeclaration', { moves: [call(words('function'), 'functionDeclaration', 'S')] }],
    ['awaitUsing', { moves: [go(words('using'), 'declare')] }],
    ...decoratorStates('decorated', begin),
    ['label', { moves: [go(marks(':'), 'S')] }],
    ['colon', { moves: [go(marks(':'), 'S')] }],
    ['condition', { moves: [open('(', 'group', 'S')] }],
    ['for', { moves: [go(words('await'), 'for'), open('(', 'head', 'S')] }],
    ['catch', { moves: [open('(', 'parameters', 'S'), open('{', 'S', 'S')] }],
    ['return', { moves: [call(undefined, 'E', 'statement'), ...end], close: 'bracket', newline: 'S' }],
    ['jump', { moves: [go(a('plain'), 'jump'), ...end], close: 'bracket', newline: 'S' }],
    ['case', { moves: [call(marks(','), 'E', 'case'), go(marks(':'), 'S')] }],

    // var, let, const
    ['declare', { moves: [...target('declare.name'), go(words('enum'), 'enum')] }],
    [
      'declare.name',
      {
        moves: [
          go(marks('!'), 'declare.name'),
          call(marks(':'), 'T', 'declare.typed'),
          call(marks('='), 'E', 'declare.value'),
          go(marks(','), 'declare'),
          ...end,
        ],
        close: 'bracket',
        newline: 'S',
      },
    ],
    [
      'declare.typed',
      {
        moves: [call(marks('='), 'E', 'declare.value'), go(marks(','), 'declare'), ...end],
        close: 'bracket',
        newline: 'S',
      },
    ],
    ['declare.value', { moves: [go(marks(','), 'declare'), ...end], close: 'bracket', newline: 'S' }],

    // the head of a for: a list of declarations or an expression, then `of` or `in`, or two more parts
    [
      'head',
      {
        moves: [
          ...valueMoves('head'),
          go(words('var let const using await'), 'head.declare'),
          go(marks(';'), 'condition.head'),
        ],
      },
    ],
    ['head.declare', { moves: [...target('head.name'), go(words('using'), 'head.declare')] }],
    [
      'head.name',
      {
        moves: [
          call(marks(':'), 'T', 'head.name'),
          go(marks('='), 'E.head'),
          go(marks(','), 'head.declare'),
          go(words('of in'), 'group'),
          go(marks(';'), 'condition.head'),
        ],
      },
    ],
    ...valueStates({
      name: 'head',
      behind: [
        go(marks(','), 'E.head'),
        go(marks(','), 'head.declare'),
        go(marks(';'), 'condition.head'),
        go(words('of in'), 'group'),
      ],
    }),
    // States of its own: of a construct that is left open it is not known that only a `;` may follow.
    ['condition.head', { moves: [...valueMoves('condition'), go(marks(';'), 'last.head')] }],
    ...valueStates({
      name: 'condition',
      behind: [go(marks(','), 'E.condition'), go(marks(';'), 'last.head')],
    }),
    ['last.head', { moves: [call(undefined, 'E', 'group.A')], close: 'bracket' }],

    // groups, lists, the middle of a conditional, templates
    ['group', { moves: [call(undefined, 'E', 'group.A')] }],
    ['group.A', { moves: separator('group'), close: 'bracket' }],
    [
      'list',
      {
        moves: [call(undefined, 'E', 'list.A'), call(marks('...'), 'E', 'list.A'), ...separator('list')],
        close: 'bracket',
      },
    ],
    ['list.A', { moves: separator('list'), close: 'bracket' }],
    ['middle', { moves: [call(undefined, 'E', 'closes')] }],
    ...templateStates('template', 'group'),
    ...templateStates('typeTemplate', 'T.group'),

    ...parameterStates(),
    ...objectStates(),
    ...classStates(),

    // interface, type, enum, namespace
    ['interface', { moves: [go(a('plain'), 'interface.name')] }],
    [
      'interface.name',
      {
        moves: [
          open('<', 'typeParameters', 'interface.name'),
          call(words('extends'), 'T', 'interface.extends'),
          open('{', 'members', 'S'),
        ],
      },
    ],
    ['interface.extends', { moves: [call(marks(','), 'T', 'interface.extends'), open('{', 'members', 'S')] }],
    ['alias', { moves: [go(a('plain'), 'alias.name')] }],
    [
      'alias.name',
      { moves: [open('<', 'typeParameters', 'alias.name'), call(marks('='), 'T', 'alias.end')] },
    ],
    ['alias.end', { moves: end, close: 'bracket', newline: 'S' }],
    ['enum', { moves: [go(a('plain'), 'enum.name')] }],
    ['enum.name', { moves: [open('{', 'enumMembers', 'S')] }],
    ['enumMembers', { moves: propertyNames('enumMembers.name'), close: 'bracket' }],
    [
      'enumMembers.name',
      {
        moves: [call(marks('='), 'E', 'enumMembers.value'), go(marks(','), 'enumMembers')],
        close: 'bracket',
      },
    ],
    ['enumMembers.value', { moves: separator('enumMembers'), close: 'bracket' }],
    [
      'namespace',
      {
        moves: [
          go(a('plain'), 'namespace'),
          go(marks('.'), 'namespace'),
          go(a('string'), 'namespace'),
          open('{', 'S', 'S'),
          ...end,
        ],
        newline: 'S',
      },
    ],

    // import and export
    [
      'import',
      {
        moves: [
          go(a('plain'), 'import'),
          go(marks(', *'), 'import'),
          go(a('string'), 'module'),
          call(marks('='), 'E', 'statement'),
          open('{', 'specifiers', 'import'),
        ],
      },
    ],
    [
      'export',
      {
        moves: [
          go(marks('*'), 'export.from'),
          call(marks('='), 'E', 'statement'),
          call(words('default'), 'E', 'statement'),
          go(words('default'), 'S'),
          go(words('type'), 'export'),
          go(words('as'), 'export.global'),
          open('{', 'specifiers', 'export.from'),
        ],
      },
    ],
    ['export.global', { moves: [go(words('namespace'), 'export.global'), go(a('plain'), 'module')] }],
    [
      'export.from',
      {
        moves: [
          go(words('as'), 'export.as'),
          go(words('from'), 'export.from'),
          go(a('string'), 'module'),
          ...end,
        ],
        close: 'bracket',
        newline: 'S',
      },
    ],
    ['export.as', { moves: [go(a('name'), 'export.from'), go(a('string'), 'export.from')] }],
    [
      'specifiers',
      {
        moves: [go(a('name'), 'specifiers'), go(a('string'), 'specifiers'), go(marks(','), 'specifiers')],
        close: 'bracket',
      },
    ],
    [
      'module',
      {
        moves: [open('{', 'object', 'module'), go(words('with assert'), 'module'), ...end],
        close: 'bracket',
        newline: 'S',
      },
    ],
  ];
}

const statementExpression: readonly Move[] = (
  new Map(valueStates({ name: '', behind: [], close: 'soft' })).get('E') as State
).moves.filter(
  ({ on, push }) =>
    push?.inner !== 'object' &&
    push?.inner !== 'function' &&
    push?.inner !== 'class' &&
    !(on?.kind === 'punctuators' && on.texts[0] === '@'),
);

function valueMoves(place: string): readonly Move[] {
  const states = new Map(valueStates({ name: place, behind: [] }));
  return (states.get(`E.${place}`) as State).moves;
}

/** The characters of a template, which are one terminal, and its holes. */
function templateStates(name: string, inner: string): [string, State][] {
  const hole = open('${', inner, name);
  return [
    [name, { moves: [go(a('characters'), `${name}.hole`), hole], close: 'bracket', raw: true }],
    [`${name}.hole`, { moves: [hole], close: 'bracket', raw: true }],
  ];
}
