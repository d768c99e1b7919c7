import type { Bracket, Close, Move, State } from './state-table.js';
import { type Construct, constructsAround, STATES, statesIn } from './states.js';
import { matches, type Token } from './terminals.js';
import { RESERVED } from './words.js';

const BRACKETS: ReadonlySet<string> = new Set(['(', '[', '{', '${', '`']);
export const isBracket = (text: string | undefined): text is Bracket =>
  text !== undefined && BRACKETS.has(text);

/** What is open, innermost first. Equal stacks of a machine are one object. */
export interface Frame {
  readonly close: Close;
  /** undefined: no bracket of the lexical syntax, such as `<` or a construct without a token at its end. */
  readonly bracket: Bracket | undefined;
  /** The state behind. */
  readonly to: string;
  /** The state in which its text begins. */
  readonly inner: string;
  readonly below: Frame | undefined;
  /** How many brackets are open, this one too. */
  readonly depth: number;
  readonly id: number;
}

export interface Position {
  readonly state: string;
  readonly stack: Frame | undefined;
}

export const stateOf = (name: string): State => STATES.get(name) as State;

/** Words that some terminal tells from others. */
const KNOWN_WORDS: ReadonlySet<string> = new Set([
  ...RESERVED,
  ...[...STATES.values()].flatMap(({ moves }) =>
    moves.flatMap(({ on }) => (on?.kind === 'words' ? on.words : [])),
  ),
]);
const movesByToken = new Map<string, Map<string, readonly Move[]>>();
const otherTokens: Readonly<Record<Token['kind'], string>> = {
  word: ' word',
  punctuator: ' punctuator',
  integer: ' integer',
  number: ' number',
  fraction: ' fraction',
  string: ' string',
  regex: ' regex',
  private: ' private',
  characters: ' characters',
};

/** A name for what a token is to the states: tokens of one name make the same moves. */
export function nameOfToken({ kind, text }: Token): string {
  const isNamed = kind === 'punctuator' || (kind === 'word' && KNOWN_WORDS.has(text));
  return isNamed ? text : otherTokens[kind];
}

/** The moves of a state that read a token. */
function movesOn(state: string, token: Token): readonly Move[] {
  const key = nameOfToken(token);
  let known = movesByToken.get(state);
  if (known === undefined) {
    known = new Map();
    movesByToken.set(state, known);
  }
  let moves = known.get(key);
  if (moves === undefined) {
    moves = stateOf(state).moves.filter(({ on }) => on !== undefined && matches(on, token));
    known.set(key, moves);
  }
  return moves;
}
export const depthOf = (stack: Frame | undefined): number => stack?.depth ?? 0;

/** The kinds of the brackets that are open, outermost first. */
export function bracketsOf(stack: Frame | undefined): Bracket[] {
  const brackets: Bracket[] = [];
  for (let frame = stack; frame !== undefined; frame = frame.below) {
    if (frame.bracket !== undefined) brackets.push(frame.bracket);
  }
  return brackets.reverse();
}

/** Runs the states over tokens, all readings at once. */
export interface Machine {
  push(below: Frame | undefined, frame: Omit<Frame, 'below' | 'depth' | 'id'>): Frame;
  /** In a construct of which is not known what it is a part of, but for the bracket. */
  inConstruct(below: Frame | undefined, construct: Construct): Frame;
  /** The positions behind a token; none, where no reading goes on. */
  step(positions: readonly Position[], token: Token): Position[];
  /**
   * The positions from which the next token may be read: those that come of beginning or ending constructs without a token
   * are added, and behind a line end those of new statements.
   */
  closure(positions: readonly Position[], newline: boolean): Position[];
  /** The positions behind a line end: the same, and those where a construct is over and a new statement begins. */
  behindLine(positions: readonly Position[]): Position[];
}

export function createMachine(): Machine {
  const children = new Map<Frame | undefined, Frame[]>();
  let count = 0;

  function push(
    below: Frame | undefined,
    { close, bracket, to, inner }: Omit<Frame, 'below' | 'depth' | 'id'>,
  ): Frame {
    let list = children.get(below);
    if (list === undefined) {
      list = [];
      children.set(below, list);
    }
    for (const known of list) {
      const isSame = known.close === close && known.bracket === bracket;
      if (isSame && known.to === to && known.inner === inner) return known;
    }
    const depth = depthOf(below) + (bracket === undefined ? 0 : 1);
    const frame = { close, bracket, to, inner, below, depth, id: count++ };
    list.push(frame);
    return frame;
  }

  function inConstruct(below: Frame | undefined, { close, inner, behind }: Construct): Frame {
    return push(below, { close, bracket: undefined, to: behind, inner });
  }

  function gather(): { add(state: string, stack: Frame | undefined): void; list: Position[] } {
    const list: Position[] = [];
    return {
      list,
      add(state, stack) {
        // A handful: a search costs less than a set.
        for (const known of list) if (known.state === state && known.stack === stack) return;
        list.push({ state, stack });
      },
    };
  }

  function closure(positions: readonly Position[], newline: boolean): Position[] {
    const { add, list } = gather();
    for (const { state, stack } of positions) add(state, stack);
    for (let index = 0; index < list.length; index++) {
      const { state, stack } = list[index] as Position;
      const { moves, close, newline: behindLine, behind } = stateOf(state);
      for (const outer of behind ?? []) {
        if (statesIn(stack?.close).has(outer)) add(outer, stack);
        for (const construct of constructsAround(outer)) add(outer, inConstruct(stack, construct));
      }
      if (newline && behindLine !== undefined) add(behindLine, stack);
      if (close === 'soft' && stack?.close === 'soft') add(stack.to, stack.below);
      for (const move of moves) {
        if (move.on !== undefined || move.push === undefined) continue;
        add(move.push.inner, push(stack, { ...move.push, bracket: undefined, to: move.to }));
      }
    }
    return list;
  }

  function stepOnce(positions: readonly Position[], token: Token): Position[] {
    const { add, list } = gather();
    for (const { state, stack } of closure(positions, token.newline)) {
      const { close } = stateOf(state);
      if (close === 'bracket' && stack?.close === token.text && token.kind === 'punctuator') {
        add(stack.to, stack.below);
      }
      for (const move of movesOn(state, token)) {
        if (move.push === undefined) {
          add(move.to, stack);
        } else {
          const bracket = isBracket(token.text) && move.push.close !== 'soft' ? token.text : undefined;
          add(move.push.inner, push(stack, { ...move.push, bracket, to: move.to }));
        }
      }
    }
    return list;
  }

  function step(positions: readonly Position[], token: Token): Position[] {
    const whole = stepOnce(positions, token);
    if (token.kind !== 'punctuator' || token.text[0] !== '>' || token.text.length === 1) return whole;
    // `>>` may end two lists of types, `>=` one before a `=`.
    const { add, list } = gather();
    for (const { state, stack } of whole) add(state, stack);
    let rest = positions;
    for (let index = 1; index <= token.text.length; index++) {
      const { newline } = token;
      rest = stepOnce(rest, { ...token, text: '>', newline: newline && index === 1 });
      if (rest.length === 0) break;
      const text = token.text.slice(index);
      const behind =
        text === '' ? rest : text[0] === '>' ? [] : stepOnce(rest, { ...token, text, newline: false });
      for (const { state, stack } of behind) add(state, stack);
      if (text[0] !== '>') break;
    }
    return list;
  }

  function behindLine(positions: readonly Position[]): Position[] {
    const { add, list } = gather();
    for (const { state, stack } of positions) add(state, stack);
    for (let index = 0; index < list.length; index++) {
      const { state, stack } = list[index] as Position;
      const { close, newline } = stateOf(state);
      if (newline !== undefined) add(newline, stack);
      if (close === 'soft' && stack?.close === 'soft') add(stack.to, stack.below);
    }
    return list;
  }

  return { push, inConstruct, step, closure, behindLine };
}
