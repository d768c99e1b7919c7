import { a, call, go, marks, open, type State, words } from './state-table.js';

/** Types, lists of them, type parameters, and the members of type literals and interfaces. */
export function typeStates(): [string, State][] {
  return [
    [
      'T',
      {
        moves: [
          go(a('type'), 'T.A'),
          go(a('string'), 'T.A'),
          go(a('integer'), 'T.A'),
          go(a('number'), 'T.A'),
          go(a('fraction'), 'T.A'),
          go(words('keyof unique readonly infer asserts abstract typeof'), 'T'),
          go(marks('| & -'), 'T'),
          go(words('new'), 'T.new'),
          go(words('import'), 'T.import'),
          open('(', 'T.group', 'T.A'),
          open('(', 'parameters', 'T.function'),
          open('<', 'typeParameters', 'T.new'),
          open('[', 'tuple', 'T.A'),
          open('{', 'members', 'T.A'),
          open('`', 'typeTemplate', 'T.A'),
        ],
      },
    ],
    [
      'T.A',
      {
        moves: [
          go(marks('| &'), 'T'),
          go(words('extends is'), 'T'),
          open('[', 'T.index', 'T.A'),
          open('<', 'types', 'T.A'),
          go(marks('.'), 'T.member'),
          open('?', 'T.middle', 'T'),
        ],
        close: 'soft',
      },
    ],
    ['T.member', { moves: [go(a('name'), 'T.A'), go(a('private'), 'T.A')] }],
    ['T.new', { moves: [open('(', 'parameters', 'T.function'), open('<', 'typeParameters', 'T.new')] }],
    ['T.function', { moves: [go(marks('=>'), 'T')] }],
    ['T.import', { moves: [open('(', 'list', 'T.A')] }],
    ['T.group', { moves: [call(undefined, 'T', 'closes')] }],
    ['T.middle', { moves: [call(undefined, 'T', 'closes')] }],
    ['T.index', { moves: [call(undefined, 'T', 'closes')], close: 'bracket' }],
    ['closes', { moves: [], close: 'bracket' }],

    ['types', { moves: [call(undefined, 'T', 'types.A')] }],
    ['types.A', { moves: [go(marks(','), 'types')], close: 'bracket' }],

    [
      'tuple',
      {
        moves: [go(marks('...'), 'tuple'), go(a('name'), 'tuple.name'), call(undefined, 'T', 'tuple.A')],
        close: 'bracket',
      },
    ],
    ['tuple.name', { moves: [go(marks('?'), 'tuple.optional'), call(marks(':'), 'T', 'tuple.A')] }],
    ['tuple.optional', { moves: [call(marks(':'), 'T', 'tuple.A')] }],
    ['tuple.A', { moves: [go(marks('?'), 'tuple.A'), go(marks(','), 'tuple')], close: 'bracket' }],

    [
      'typeParameters',
      {
        moves: [go(words('const in out'), 'typeParameters'), go(a('plain'), 'typeParameters.name')],
        close: 'bracket',
      },
    ],
    [
      'typeParameters.name',
      {
        moves: [
          call(words('extends'), 'T', 'typeParameters.name'),
          call(marks('='), 'T', 'typeParameters.name'),
          go(marks(','), 'typeParameters'),
        ],
        close: 'bracket',
      },
    ],

    [
      'members',
      {
        moves: [
          go(words('readonly get set'), 'members'),
          go(marks('+ -'), 'members'),
          go(a('name'), 'members.name'),
          go(a('string'), 'members.name'),
          go(a('integer'), 'members.name'),
          go(a('number'), 'members.name'),
          go(a('fraction'), 'members.name'),
          go(a('private'), 'members.name'),
          go(words('new'), 'members.name'),
          open('[', 'group', 'members.name'),
          open('[', 'members.key', 'members.name'),
          open('(', 'parameters', 'members.signature'),
          open('<', 'typeParameters', 'members.name'),
          go(marks('; ,'), 'members'),
        ],
        close: 'bracket',
      },
    ],
    [
      'members.name',
      {
        moves: [
          go(marks('? + - !'), 'members.name'),
          open('<', 'typeParameters', 'members.name'),
          open('(', 'parameters', 'members.signature'),
          call(marks(':'), 'T', 'members.A'),
          go(marks('; ,'), 'members'),
        ],
        close: 'bracket',
        newline: 'members',
      },
    ],
    [
      'members.signature',
      {
        moves: [call(marks(':'), 'T', 'members.A'), go(marks('; ,'), 'members')],
        close: 'bracket',
        newline: 'members',
      },
    ],
    ['members.A', { moves: [go(marks('; ,'), 'members')], close: 'bracket', newline: 'members' }],
    // `[key: string]`, `[K in keyof T as N]`
    ['members.key', { moves: [go(a('plain'), 'members.keyName')] }],
    [
      'members.keyName',
      { moves: [call(marks(':'), 'T', 'closes'), call(words('in'), 'T', 'members.keyType')] },
    ],
    ['members.keyType', { moves: [call(words('as'), 'T', 'closes')], close: 'bracket' }],
  ];
}
