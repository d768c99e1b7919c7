import { checkOptions, expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';

/** How patches are made. What is left out has its default. */
export interface RepairPolicy {
  /**
   * `'sampled'`: the model writes them; `'ranked'`: small changes of the text that is there, without a model; `'both'`: first
   * those, then the model. Default: `'both'` with a model, else `'ranked'`.
   */
  mode?: 'sampled' | 'ranked' | 'both' | undefined;
  /**
   * What the model's text is held to. `'completion'` (default): the grammar of the hole, and names that the engine knows;
   * `'grammar'`: the grammar alone; `'none'`: nothing.
   */
  constraint?: 'completion' | 'grammar' | 'none' | undefined;
  /** Whether every other sample keeps a part of the old text. Default true. */
  templates?: boolean | undefined;
  /** As in `generate`. Defaults 1, 50 and 1. */
  temperature?: number | undefined;
  topK?: number | undefined;
  topP?: number | undefined;
  /** Tokens of a sample at most. Default 64. */
  maxTokens?: number | undefined;
  /**
   * At that limit: `'cut'` (default) goes back to where the shortest end fits, and ends there; `'partial'` gives up, `unfinished`; `'close'` keeps
   * an end ready at every token, and takes none behind which it finds no end. With `backtrack: 0` the default is `'partial'`.
   */
  onLimit?: 'close' | 'cut' | 'partial' | undefined;
  /**
   * Whether text that must come next, such as the rest of the only name that is left, is taken as the tokens that the tokenizer
   * makes of it, without a draw and without a pass of the model for each (`forced: 'text'` of `generate`). Default true.
   */
  active?: boolean | undefined;
  /**
   * Tokens of a sample that may be taken back where names leave no way on, so that it goes on from the last place with another one. 0: such a
   * sample ends as `pruned_dead_end`. Default 256.
   */
  backtrack?: number | undefined;
  /**
   * Texts of a sample that are type-checked while it is drawn. One that has errors, is the old text or was proposed before is written anew, without
   * what was found to be wrong; behind the last one, the one with the fewest errors is what came of the sample. Where sample after sample
   * finds nothing the next ones have fewer, down to 2. 0: a text is checked when its sample is over. Needs `validate` and a constraint. Default 8.
   */
  checks?: number | undefined;
  /** Whether the engine's answers serve all samples; false forgets them before each, to measure what that saves. Default true. */
  cache?: boolean | undefined;
  /** Milliseconds that a question to the engine may take; later answers are unknown. Default 1000. */
  slotTimeoutMs?: number | undefined;
  /** Whether a model that cannot fill gaps sees the old line as a comment above the gap. Default true. */
  showOld?: boolean | undefined;
  /**
   * Whether the model says how likely it finds a patch (`logprob`); small changes then come in that order, behind the spellings next to
   * a name that does not exist. Default true where there is a model.
   */
  score?: boolean | undefined;
  /** Ranked candidates of a hole at most. Default 200. */
  candidates?: number | undefined;
  /** Whether patches are type-checked, and tested. Without it their status is `unknown`. Default true. */
  validate?: boolean | undefined;
}

/** A policy with its defaults. */
export type FullPolicy = { readonly [Name in keyof RepairPolicy]-?: NonNullable<RepairPolicy[Name]> };

const words = {
  mode: ['sampled', 'ranked', 'both'],
  constraint: ['completion', 'grammar', 'none'],
  onLimit: ['close', 'cut', 'partial'],
} as const;

/** @throws GrammaskError `ARGUMENT` */
export function readPolicy(policy: RepairPolicy | undefined, hasModel: boolean): FullPolicy {
  const given = checkOptions(policy, [
    ...['mode', 'constraint', 'templates', 'temperature', 'topK', 'topP', 'maxTokens', 'onLimit'],
    ...[
      'active',
      'backtrack',
      'checks',
      'cache',
      'slotTimeoutMs',
      'showOld',
      'score',
      'candidates',
      'validate',
    ],
  ]);
  for (const [name, known] of Object.entries(words)) {
    const value = given[name as keyof typeof words];
    if (value !== undefined && !(known as readonly string[]).includes(value)) {
      throw expected(known.map((word) => `'${word}'`).join(', '), name, value);
    }
  }
  const { backtrack = 256, checks = 8 } = given;
  for (const [name, value] of Object.entries({ backtrack, checks })) {
    if (!(Number.isInteger(value) && value >= 0)) throw expected('a whole number of at least 0', name, value);
  }
  const mode = given.mode ?? (hasModel ? 'both' : 'ranked');
  if (mode !== 'ranked' && !hasModel) {
    throw new GrammaskError('ARGUMENT', `the mode '${mode}' needs a model`, {
      hint: "pass `model`, or mode: 'ranked'",
    });
  }
  return {
    mode,
    constraint: given.constraint ?? 'completion',
    templates: given.templates ?? true,
    temperature: given.temperature ?? 1,
    topK: given.topK ?? 50,
    topP: given.topP ?? 1,
    maxTokens: given.maxTokens ?? 64,
    onLimit: given.onLimit ?? (backtrack === 0 ? 'partial' : 'cut'),
    active: given.active ?? true,
    backtrack,
    checks,
    cache: given.cache ?? true,
    slotTimeoutMs: given.slotTimeoutMs ?? 1000,
    showOld: given.showOld ?? true,
    score: given.score ?? hasModel,
    candidates: given.candidates ?? 200,
    validate: given.validate ?? true,
  };
}
