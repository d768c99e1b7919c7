import { a, call, go, type Move, marks, open, type State, words } from './state-table.js';
import { ASSIGNMENT, BINARY, PREFIX } from './words.js';

/** Where an expression stands whose end cannot be told from its own tokens alone. */
export interface ValuePlace {
  /** The name, at the end of the names of the states. */
  readonly name: string;
  /** Moves behind an expression. */
  readonly behind: readonly Move[];
  /** What may close behind an expression. */
  readonly close?: 'bracket' | 'soft';
}

/** The states of a place: `E` where an expression begins, `U` where only an operand may, `A` behind one. */
export function valueStates(place: ValuePlace): [string, State][] {
  const at = (state: string): string => (place.name === '' ? state : `${state}.${place.name}`);
  const A = at('A');
  const U = at('U');
  const E = at('E');
  const operand: Move[] = [
    go(a('value'), A),
    go(a('integer'), A),
    go(a('number'), A),
    go(a('fraction'), A),
    go(a('string'), A),
    go(a('regex'), A),
    go(a('private'), A),
    open('`', 'template', A),
    go(words('this super null true false'), A),
    go(words('new'), at('new')),
    go(words('import'), at('importCall')),
    go(words('typeof void delete await'), U),
    go(marks(PREFIX.join(' ')), U),
    open('(', 'group', A),
    open('[', 'list', A),
    open('{', 'object', A),
    open('<', 'types', U),
    call(words('function'), 'function', A),
    call(words('class'), 'class', A),
    go(words('async'), at('async')),
  ];
  const arrowHead: Move[] = [
    go(a('plain'), at('parameter')),
    open('(', 'parameters', at('arrowHead')),
    open('<', 'typeParameters', at('arrowTypes')),
  ];
  const expression: Move[] = [
    ...operand,
    ...arrowHead,
    go(words('yield'), at('yield')),
    go(marks('@'), at('decorator')),
  ];
  const closing = place.close === undefined ? {} : { close: place.close };
  return [
    [E, { moves: expression }],
    [U, { moves: operand }],
    [
      A,
      {
        moves: [
          go(marks(BINARY.join(' ')), U),
          go(marks(ASSIGNMENT.join(' ')), E),
          go(marks('++ --'), A),
          go(marks('!'), A),
          open('?', 'middle', E),
          go(marks('.'), at('member')),
          go(marks('?.'), at('optional')),
          open('(', 'list', A),
          open('[', 'group', A),
          open('`', 'template', A),
          open('<', 'types', A),
          call(words('as satisfies'), 'T', A),
          go(words('in instanceof'), U),
          ...place.behind,
        ],
        ...closing,
      },
    ],
    [at('member'), { moves: [go(a('member'), A), go(a('private'), A)] }],
    [
      at('optional'),
      {
        moves: [
          go(a('member'), A),
          go(a('private'), A),
          open('(', 'list', A),
          open('[', 'group', A),
          open('`', 'template', A),
          open('<', 'types', A),
        ],
      },
    ],
    [at('new'), { moves: [...operand, go(marks('.'), at('meta'))] }],
    [at('importCall'), { moves: [open('(', 'list', A), go(marks('.'), at('meta'))] }],
    // `new.target`, `import.meta`
    [at('meta'), { moves: [go(a('name'), A)] }],
    [
      at('yield'),
      {
        moves: [...expression, go(marks('*'), E), ...place.behind],
        ...closing,
      },
    ],
    [at('parameter'), { moves: [go(marks('=>'), at('arrow'))] }],
    [at('arrowTypes'), { moves: [open('(', 'parameters', at('arrowHead'))] }],
    [at('arrowHead'), { moves: [go(marks('=>'), at('arrow')), call(marks(':'), 'T', at('parameter'))] }],
    [
      at('arrow'),
      {
        moves: [...expression.filter((move) => move.push?.inner !== 'object'), open('{', 'S', A)],
      },
    ],
    [
      at('async'),
      {
        moves: [...arrowHead, call(words('function'), 'function', A)],
      },
    ],
    ...decoratorStates(at('decorator'), expression),
  ];
}

/** The states of a decorator, behind which the given moves follow. */
export function decoratorStates(name: string, behind: readonly Move[]): [string, State][] {
  const done = `${name}.A`;
  return [
    [name, { moves: [go(a('value'), done), open('(', 'group', done)] }],
    [
      done,
      {
        moves: [
          go(marks('.'), `${name}.member`),
          open('(', 'list', done),
          open('<', 'types', done),
          ...behind,
        ],
      },
    ],
    [`${name}.member`, { moves: [go(a('member'), done), go(a('private'), done)] }],
  ];
}
