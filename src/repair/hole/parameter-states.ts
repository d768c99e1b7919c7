import { propertyNames, separator, target } from './state-moves.js';
import { a, call, go, marks, open, type State, words } from './state-table.js';
import { decoratorStates } from './value-states.js';

/** The states of functions, parameters and patterns. */
export function parameterStates(): [string, State][] {
  return [
    ...functionStates('function', undefined),
    ...functionStates('functionDeclaration', 'soft'),
    ['function.end', { moves: [], close: 'soft' }],
    [
      'parameters',
      {
        moves: [
          ...target('parameters.name'),
          go(words('this'), 'parameters.name'),
          go(words('public private protected readonly override'), 'parameters'),
          go(marks('...'), 'parameters'),
          go(marks('@'), 'parameterDecorator'),
        ],
        close: 'bracket',
      },
    ],
    ...decoratorStates('parameterDecorator', [
      ...target('parameters.name'),
      go(words('public private protected readonly override'), 'parameters'),
      go(marks('@'), 'parameterDecorator'),
    ]),
    [
      'parameters.name',
      {
        moves: [
          go(marks('?'), 'parameters.name'),
          call(marks(':'), 'T', 'parameters.typed'),
          call(marks('='), 'E', 'parameters.value'),
          go(marks(','), 'parameters'),
        ],
        close: 'bracket',
      },
    ],
    [
      'parameters.typed',
      { moves: [call(marks('='), 'E', 'parameters.value'), go(marks(','), 'parameters')], close: 'bracket' },
    ],
    ['parameters.value', { moves: separator('parameters'), close: 'bracket' }],
    [
      'objectPattern',
      {
        moves: [...propertyNames('objectPattern.name'), go(marks('...'), 'objectPattern.target')],
        close: 'bracket',
      },
    ],
    [
      'objectPattern.name',
      {
        moves: [
          go(marks(':'), 'objectPattern.target'),
          call(marks('='), 'E', 'objectPattern.value'),
          go(marks(','), 'objectPattern'),
        ],
        close: 'bracket',
      },
    ],
    ['objectPattern.target', { moves: target('objectPattern.done') }],
    [
      'objectPattern.done',
      {
        moves: [call(marks('='), 'E', 'objectPattern.value'), go(marks(','), 'objectPattern')],
        close: 'bracket',
      },
    ],
    ['objectPattern.value', { moves: separator('objectPattern'), close: 'bracket' }],
    [
      'arrayPattern',
      {
        moves: [...target('arrayPattern.done'), go(marks('... ,'), 'arrayPattern')],
        close: 'bracket',
      },
    ],
    [
      'arrayPattern.done',
      {
        moves: [call(marks('='), 'E', 'arrayPattern.value'), go(marks(','), 'arrayPattern')],
        close: 'bracket',
      },
    ],
    ['arrayPattern.value', { moves: separator('arrayPattern'), close: 'bracket' }],
  ];
}

/** What stands behind the word `function`. A declaration may have no body. */
function functionStates(name: string, close: 'soft' | undefined): [string, State][] {
  const over = close === undefined ? {} : { close };
  return [
    [
      name,
      {
        moves: [
          go(marks('*'), name),
          go(a('plain'), `${name}.name`),
          open('<', 'typeParameters', `${name}.name`),
          open('(', 'parameters', `${name}.signature`),
        ],
      },
    ],
    [
      `${name}.name`,
      {
        moves: [open('<', 'typeParameters', `${name}.name`), open('(', 'parameters', `${name}.signature`)],
      },
    ],
    [
      `${name}.signature`,
      {
        moves: [call(marks(':'), 'T', `${name}.returns`), open('{', 'S', 'function.end')],
        ...over,
      },
    ],
    [`${name}.returns`, { moves: [open('{', 'S', 'function.end')], ...over }],
  ];
}
