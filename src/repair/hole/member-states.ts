import { propertyNames, separator } from './state-moves.js';
import { a, call, go, type Move, marks, open, type State, words } from './state-table.js';
import { decoratorStates, valueStates } from './value-states.js';

/** The states of object literals. */
export function objectStates(): [string, State][] {
  return [
    [
      'object',
      {
        moves: [
          ...propertyNames('object.name', 'object.key'),
          go(words('get set async'), 'object'),
          go(marks('*'), 'object'),
          call(marks('...'), 'E', 'object.done'),
        ],
        close: 'bracket',
      },
    ],
    [
      'object.name',
      {
        moves: [
          call(marks(':'), 'E', 'object.done'),
          call(marks('='), 'E', 'object.done'),
          go(marks(','), 'object'),
          open('<', 'typeParameters', 'object.method'),
          open('(', 'parameters', 'object.signature'),
        ],
        close: 'bracket',
      },
    ],
    // Only a word may stand alone, as in `{ a }`.
    [
      'object.key',
      {
        moves: [
          call(marks(':'), 'E', 'object.done'),
          open('<', 'typeParameters', 'object.method'),
          open('(', 'parameters', 'object.signature'),
        ],
      },
    ],
    ['object.method', { moves: [open('(', 'parameters', 'object.signature')] }],
    ['object.signature', { moves: [call(marks(':'), 'T', 'object.body'), open('{', 'S', 'object.done')] }],
    ['object.body', { moves: [open('{', 'S', 'object.done')] }],
    ['object.done', { moves: separator('object'), close: 'bracket' }],
  ];
}

/** The states of classes. */
export function classStates(): [string, State][] {
  return [
    [
      'class',
      {
        moves: [go(a('plain'), 'class.name'), ...classHead],
      },
    ],
    ['class.name', { moves: classHead }],
    [
      'class.implements',
      { moves: [call(marks(','), 'T', 'class.implements'), open('{', 'classBody', 'function.end')] },
    ],
    ...valueStates({
      name: 'heritage',
      behind: [call(words('implements'), 'T', 'class.implements'), open('{', 'classBody', 'function.end')],
    }),
    ['classBody', { moves: classMembers, close: 'bracket' }],
    ...decoratorStates('memberDecorator', classMembers),
    [
      'classBody.name',
      {
        moves: [
          go(marks('? !'), 'classBody.name'),
          open('<', 'typeParameters', 'classBody.name'),
          open('(', 'parameters', 'classBody.signature'),
          call(marks(':'), 'T', 'classBody.typed'),
          call(marks('='), 'E', 'classBody.value'),
          go(marks(';'), 'classBody'),
        ],
        close: 'bracket',
        newline: 'classBody',
      },
    ],
    ['classBody.static', { moves: [open('{', 'S', 'classBody')] }],
    [
      'classBody.signature',
      {
        moves: [
          call(marks(':'), 'T', 'classBody.returns'),
          open('{', 'S', 'classBody'),
          go(marks(';'), 'classBody'),
        ],
        close: 'bracket',
        newline: 'classBody',
      },
    ],
    [
      'classBody.returns',
      {
        moves: [open('{', 'S', 'classBody'), go(marks(';'), 'classBody')],
        close: 'bracket',
        newline: 'classBody',
      },
    ],
    [
      'classBody.typed',
      {
        moves: [call(marks('='), 'E', 'classBody.value'), go(marks(';'), 'classBody')],
        close: 'bracket',
        newline: 'classBody',
      },
    ],
    ['classBody.value', { moves: [go(marks(';'), 'classBody')], close: 'bracket', newline: 'classBody' }],
  ];
}

const classMembers: Move[] = [
  ...propertyNames('classBody.name'),
  go(
    words('public private protected static readonly abstract override declare async get set accessor'),
    'classBody',
  ),
  go(words('static'), 'classBody.static'),
  go(marks('* ;'), 'classBody'),
  go(marks('@'), 'memberDecorator'),
  open('[', 'members.key', 'classBody.name'),
];

const classHead: Move[] = [
  open('<', 'typeParameters', 'class.name'),
  go(words('extends'), 'U.heritage'),
  call(words('implements'), 'T', 'class.implements'),
  open('{', 'classBody', 'function.end'),
];
