import type { FoundSuite } from '../discover.js';
import type { FuzzSettings, TestOptions } from '../test-once.js';

export async function fuzzSuites(
  _suites: readonly FoundSuite[],
  _options: TestOptions,
  _settings: FuzzSettings,
  _signal: AbortSignal,
  _say: (text: string) => unknown,
): Promise<number> {
  return 0;
}
