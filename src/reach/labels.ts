/**
 * What is known of a target. Never more than was done:
 *
 * - `exact-reachable`: a text gives it. The text was read alone through `generate`, and gave it again.
 * - `certified-unreachable`: every text of the control with at most k symbols was read, and none gave it.
 * - `masked-out`: no answer of the output grammar has it, so that no text of any length gives it.
 * - `statistical`: n texts, drawn at random from all of at most k symbols, did not give it. With 95 % confidence less than
 *   1 − 0.05^(1/n) of them do. It says nothing of a text that somebody looks for.
 * - `searched-unreached`: a search did not find one. It proves nothing.
 */
export type ReachLabel =
  | 'exact-reachable'
  | 'certified-unreachable'
  | 'masked-out'
  | 'statistical'
  | 'searched-unreached';

export const reachLabels: readonly ReachLabel[] = [
  'exact-reachable',
  'certified-unreachable',
  'masked-out',
  'statistical',
  'searched-unreached',
];

/** The largest share of texts that give a target which n independent random texts did not give, with 95 % confidence. */
export function shareBound(samples: number): number {
  return samples <= 0 ? 1 : 1 - 0.05 ** (1 / samples);
}

/** Wilson's interval of a share with 95 % confidence. */
export function wilsonInterval(hits: number, of: number): { lower: number; upper: number } {
  if (of === 0) return { lower: 0, upper: 1 };
  const z = 1.959963984540054;
  const share = hits / of;
  const center = share + (z * z) / (2 * of);
  const half = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return {
    lower: hits === 0 ? 0 : (center - half) / scale,
    upper: hits === of ? 1 : (center + half) / scale,
  };
}
