import type { RuleMap, RuleSymbol } from './rules.js';
import type { Bracket, Close } from './state-table.js';

/**
 * Where in the brackets a state stands, since that decides what may end there:
 *
 * - `matched`: within a bracket or a construct that the hole begins and ends: the same for all holes. A construct that is over
 *   with its last token may have to end with a word, or otherwise, since that decides what may stand right behind it;
 * - `prefix`: what is open was open before the hole, which may close it;
 * - `opened`: the hole has opened something that it leaves to the suffix.
 *
 * A context says all that its rules depend on, and equal contexts are one: so holes that are alike share them.
 */
export interface Context {
  readonly kind: 'matched' | 'prefix' | 'opened';
  readonly id: number;
  /** What the names of its rules end with. */
  readonly name: string;
  readonly endsWith?: 'a word' | 'something else' | undefined;
  /** The states in which the hole may end. */
  readonly ends: ReadonlySet<string>;
  /** Whether the suffix ends a comment that the hole begins. */
  readonly opensComment: boolean;
  /** What the hole may close, and where that leads. */
  readonly closing: Closing | undefined;
  /** The context behind an opening bracket that the hole does not close; undefined where the suffix does not either. */
  opened(close: Close, bracket: Bracket | undefined): Context | undefined;
  readonly rules: RuleMap;
}

export interface Closing {
  readonly close: Close;
  readonly bracket: Bracket | undefined;
  /** The state behind. */
  readonly to: string;
  /** The context behind, or what follows where the states are not followed any more. */
  readonly next: Context | RuleSymbol;
}

/** What the hole is in that it has opened, and the sign that ends what is around that, if it is none of the lexical syntax. */
export interface Opened {
  readonly close: Close;
  readonly around: '>' | ':' | undefined;
}

/** What the hole may leave open, from so many open brackets on. */
export interface Level {
  readonly id: number;
  /** Whether the hole can end there. */
  readonly isAlive: boolean;
  opened(close: Close, bracket: Bracket | undefined): Context | undefined;
  context(close: Close): Context;
}

/** States in which a hole may end. Equal sets are one object. */
export interface Ends {
  readonly id: number;
  readonly states: ReadonlySet<string>;
}

export interface Contexts {
  readonly matched: Context;
  readonly endsWithWord: Context;
  readonly endsOtherwise: Context;
  ends(states: readonly string[]): Ends;
  prefix(parts: {
    readonly ends: Ends;
    readonly opensComment: boolean;
    readonly closing: Closing | undefined;
    readonly level: Level | undefined;
  }): Context;
  /**
   * `bracket`: what is to be opened next, and `next` where that leads; undefined where all is open. `ends` tells for each way
   * to come here where the hole may end.
   */
  level(parts: {
    readonly opensComment: boolean;
    readonly bracket: Bracket | undefined;
    readonly next: Level | undefined;
    readonly ends: readonly (Opened & { readonly ends: Ends })[];
  }): Level;
}

const NOWHERE: ReadonlySet<string> = new Set();
const opensNothing = (): undefined => undefined;

export function createContexts(): Contexts {
  let count = 0;
  const known = new Map<string, { readonly id: number }>();
  function intern<Value extends { readonly id: number }>(key: string, make: (id: number) => Value): Value {
    let value = known.get(key) as Value | undefined;
    if (value === undefined) {
      value = make(count++);
      known.set(key, value);
    }
    return value;
  }
  const matched = (name: string, endsWith: Context['endsWith']): Context => ({
    kind: 'matched',
    id: count++,
    name,
    endsWith,
    ends: NOWHERE,
    opensComment: false,
    closing: undefined,
    opened: opensNothing,
    rules: new Map(),
  });

  return {
    matched: matched('', undefined),
    endsWithWord: matched('-with-a-word', 'a word'),
    endsOtherwise: matched('-otherwise', 'something else'),
    ends: (states) => intern(`ends ${states.join(' ')}`, (id) => ({ id, states: new Set(states) })),
    prefix({ ends, opensComment, closing, level }) {
      const behind =
        closing === undefined
          ? ''
          : `${closing.close} ${closing.bracket} ${closing.to} ` +
            ('rule' in closing.next ? `rule ${closing.next.rule.number}` : closing.next.id);
      const key = `prefix ${ends.id} ${opensComment} ${level?.id} ${behind}`;
      return intern(key, (id) => ({
        kind: 'prefix',
        id,
        name: closing === undefined ? '-top' : `-in-${closing.bracket ?? closing.close}`,
        ends: ends.states,
        opensComment,
        closing,
        opened: level?.opened ?? opensNothing,
        rules: new Map(),
      }));
    },
    level({ opensComment, bracket, next, ends }) {
      const all = ends.map(({ close, around = '', ends: { id } }) => `${close}${around}${id}`).join(' ');
      const key = `level ${opensComment} ${bracket} ${next?.id} ${all}`;
      return intern(key, (id) => {
        const isAlive = next?.isAlive === true || ends.some(({ ends: { states } }) => states.size > 0);
        const made = new Map<string, Context>();
        function context(close: Close, around: Opened['around'] = undefined): Context {
          const place = close + (around ?? '');
          let found = made.get(place);
          if (found === undefined) {
            const own = ends.find((one) => one.close === close && one.around === around);
            const inner = close === '>' || close === ':' ? close : around;
            found = {
              kind: 'opened',
              id: count++,
              name: `-open${place}`,
              ends: own?.ends.states ?? NOWHERE,
              opensComment,
              closing: undefined,
              opened: opening(inner),
              rules: new Map(),
            };
            made.set(place, found);
          }
          return found;
        }
        const opening =
          (around: Opened['around']) =>
          (close: Close, own: Bracket | undefined): Context | undefined => {
            if (!isAlive) return undefined;
            if (own === undefined) return context(close, close === 'soft' ? around : undefined);
            return own === bracket ? next?.context(close) : undefined;
          };
        return { id, isAlive, opened: opening(undefined), context };
      });
    },
  };
}
