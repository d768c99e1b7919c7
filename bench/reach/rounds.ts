// Ways of doing the same, in turn, so that they meet the same neighbours on the machine.

/** What one round of a way took, in seconds. */
export interface Spent {
  readonly seconds: number;
  /** Of all threads together: what other programs do on the machine is not in it. */
  readonly processor: number;
}

export async function spent(work: () => Promise<void>): Promise<Spent> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, processor: (user + system) / 1e6 };
}

/** What each way took, round for round; each comes first equally often. A round before them warms up. */
export async function takeTurns<Way extends string>(
  ways: Readonly<Record<Way, () => Promise<Spent>>>,
  rounds: number,
): Promise<Record<Way, Spent[]>> {
  const names = Object.keys(ways) as Way[];
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Way, Spent[]>;
  for (const name of names) await ways[name]();
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length] as Way;
      taken[name].push(await ways[name]());
    }
  }
  return taken;
}

/** Of several ways the one that took the least of the processor, round for round. */
export function quickest(...ways: readonly (readonly Spent[])[]): Spent[] {
  const [first = [], ...others] = ways;
  return first.map((spent, round) =>
    others
      .map((way) => way[round] as Spent)
      .reduce((least, other) => (other.processor < least.processor ? other : least), spent),
  );
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/** The medians of the quotients of rounds: of the time, and of the processor's time. */
export function ratio(a: readonly Spent[], b: readonly Spent[]): Spent {
  const of = (which: keyof Spent): number =>
    median(a.map((spent, round) => spent[which] / (b[round] as Spent)[which]));
  return { seconds: of('seconds'), processor: of('processor') };
}
