import { createHash } from 'node:crypto';
import type { Model } from '../../model/load-model.js';
import { settingOf } from '../fingerprint.js';
import { type JournalEntry, openJournal } from '../journal.js';
import { openSystem } from '../system.js';
import type { AuditDefinition } from './audit-definition.js';
import type { SearchResult } from './case-report.js';
import { systemOptionsOf } from './definition.js';

interface SearchEntry extends JournalEntry {
  readonly search: SearchResult;
}

/** The searches of an audit that are done, by the number of the case. */
export interface SearchJournal {
  get(index: number): SearchResult | undefined;
  /** Returns when it is on the disk. */
  add(index: number, search: SearchResult): Promise<void>;
  close(): Promise<void>;
}

/** @throws GrammaskError `ARGUMENT` for a journal of another audit or model, or one that is damaged */
export async function openSearchJournal(
  path: string,
  definition: AuditDefinition,
  model: Model,
): Promise<SearchJournal> {
  const journal = await openJournal<SearchEntry>(path, await settingOfSearches(definition, model));
  return {
    get: (index) => journal.entries.get(index)?.search,
    add: (index, search) => journal.add({ chunk: index, search }),
    close: () => journal.close(),
  };
}

/** Where something stands in the file changes nothing of what is found. */
async function settingOfSearches({ cases, policy }: AuditDefinition, model: Model): Promise<object> {
  const asked = {
    cases: cases.map(({ place, ...each }) => each),
    wanted: policy.map(({ to, cases: of }) => [to, of]),
  };
  const [first] = cases;
  const system = first && (await openSystem({ ...systemOptionsOf(first.system), model }));
  try {
    const { grammask, runtime, device, dtype, weights, tokenizer } = system
      ? await settingOf(system)
      : ({} as Record<string, undefined>);
    return {
      ...{ kind: 'audit-searches', grammask, runtime, device, dtype, weights, tokenizer },
      asked: createHash('sha256').update(JSON.stringify(asked)).digest('hex'),
    };
  } finally {
    system?.close();
  }
}
