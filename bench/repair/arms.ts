// The arms of the bench: one model, the same samples and seeds, and a switch more from one to the next.
import type { RepairPolicy } from '../../src/repair/index.js';

export const armNames = [
  'vanilla',
  'resample',
  'grammar',
  'completion',
  'cache',
  'active',
  'backtracking',
  'checks',
  'ranked',
] as const;

/**
 * `vanilla`: the bare model. `resample`: the same texts and as many more as fit in the time of the full arm, checked one by one.
 * `grammar`: the grammar of the hole. `completion`: and names that exist, asked anew for each sample. `cache`: with a memory that
 * all samples share. `active`: and forced text without a draw. `backtracking`: and a way out of dead ends. `checks`: and texts
 * that the checker turns down are written anew from where they went wrong: all of it, the full arm. `ranked`: small changes of the old line, in the order of the model's probability.
 */
export type ArmName = (typeof armNames)[number];

/** Everything switched on. */
export const fullArm = 'checks' satisfies ArmName;

/** What is drawn for an arm. `resample` draws nothing of its own: its samples are those of vanilla, which goes on for it. */
export type DrawnArm = Exclude<ArmName, 'resample'>;

export interface ArmSwitches {
  readonly policy: RepairPolicy;
  /** Whether a completion engine is asked. */
  readonly names: boolean;
}

/** Samples are not scored: nothing here asks which of them is the likeliest. */
const sampled = { mode: 'sampled', score: false } as const;
const off = { ...sampled, checks: 0, cache: true, active: false, backtrack: 0 } as const;

const switches: Readonly<Record<DrawnArm, ArmSwitches>> = {
  vanilla: { policy: { ...off, constraint: 'none' }, names: false },
  grammar: { policy: { ...off, constraint: 'grammar' }, names: false },
  completion: { policy: { ...off, constraint: 'completion', cache: false }, names: true },
  cache: { policy: { ...off, constraint: 'completion' }, names: true },
  active: { policy: { ...off, constraint: 'completion', active: true }, names: true },
  // What takes tokens back, and how many, is left to the default.
  backtracking: { policy: { ...sampled, constraint: 'completion', active: true, checks: 0 }, names: true },
  checks: { policy: { ...sampled, constraint: 'completion', active: true }, names: true },
  ranked: { policy: { mode: 'ranked', constraint: 'completion' }, names: true },
};

export const switchesOf = (arm: DrawnArm): ArmSwitches => switches[arm];

/**
 * What must be drawn so that these arms can be shown. Vanilla comes behind the full arm, for it goes on as long as that took; but for
 * this the arms take turns in coming first, so that none has all the cold starts.
 */
export function drawnArms(arms: readonly ArmName[], turn = 0): DrawnArm[] {
  const wanted = new Set<ArmName>(arms);
  if (wanted.has('resample')) wanted.add(fullArm).add('vanilla');
  const blocks: readonly (readonly DrawnArm[])[] = [
    [fullArm, 'vanilla'],
    ...(['grammar', 'completion', 'cache', 'active', 'backtracking', 'ranked'] as const).map((arm) => [arm]),
  ];
  const first = turn % blocks.length;
  return [...blocks.slice(first), ...blocks.slice(0, first)].flat().filter((arm) => wanted.has(arm));
}

/** The arms that a list names; `full` is the full arm. Undefined for a name that is none. */
export function parseArms(list: string): ArmName[] | undefined {
  if (list === 'all') return [...armNames];
  const names = list.split(',').map((name) => (name === 'full' ? fullArm : name.trim()));
  const known = armNames.filter((name) => names.includes(name));
  return known.length === new Set(names).size ? known : undefined;
}
