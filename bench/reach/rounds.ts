// Ways of doing the same, in turn, so that they meet the same neighbours on the machine.

/** Seconds by way, a number a round; each way comes first equally often. A round before them warms up. */
export async function takeTurns<Way extends string>(
  ways: Readonly<Record<Way, () => Promise<void>>>,
  rounds: number,
): Promise<Record<Way, number[]>> {
  const names = Object.keys(ways) as Way[];
  const seconds = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Way, number[]>;
  for (const name of names) await ways[name]();
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length] as Way;
      const started = performance.now();
      await ways[name]();
      seconds[name].push((performance.now() - started) / 1000);
    }
  }
  return seconds;
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/** The median of the quotients of rounds. */
export function ratio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((seconds, round) => seconds / (b[round] as number)));
}
