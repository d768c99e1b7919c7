import { existsSync } from 'node:fs';
import { addOnce, checkSetting, openJournal, readJournal } from '../journal.js';
import type { SweepChunk } from '../sweep-chunks.js';

/**
 * Writes into a journal what others hold and it does not. Those that do not exist are left out.
 *
 * @throws GrammaskError `ARGUMENT` for journals that are damaged, of another setting or contradict each other
 */
export async function absorbJournals(into: string, others: readonly string[]): Promise<void> {
  const present = others.filter((path) => existsSync(path));
  const [first] = present;
  if (first === undefined) return;
  const { setting } = await readJournal<SweepChunk>(first);
  const journal = await openJournal<SweepChunk>(into, setting);
  try {
    const known = new Map(journal.entries);
    for (const path of present) {
      const other = await readJournal<SweepChunk>(path);
      checkSetting(path, setting, other.setting);
      for (const entry of other.entries.values()) {
        const isNew = !known.has(entry.chunk);
        addOnce(known, entry, path);
        if (isNew) await journal.add(entry);
      }
    }
  } finally {
    await journal.close();
  }
}
