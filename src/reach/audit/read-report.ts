import { GrammaskError } from '../../errors.js';
import type { FindReport } from '../find.js';
import type { FlipReport } from '../flip.js';
import type { HttpFindReport, HttpFlipReport } from '../http/http-reports.js';
import type { KEpsilonReport } from '../k-epsilon.js';
import type { SweepReport } from '../sweep-report.js';
import type { AuditReport } from './audit-report.js';
import { faultOf } from './check-schema.js';
import type { SystemDefinition } from './definition.js';
import { readBounded } from './file-beside.js';

// Bytes of a report at most.
const MOST_BYTES = 256 << 20;

/** A report of a server, as it stands in a file. */
export type StoredServerReport = (HttpFindReport | HttpFlipReport) & {
  readonly definition?: SystemDefinition;
};

/** A report of `grammask reach`, as it stands in a file: with the system that it is of. */
export type StoredReport =
  | StoredServerReport
  | AuditReport
  | ((SweepReport | FindReport | FlipReport) & { readonly definition?: SystemDefinition })
  | (Omit<KEpsilonReport, 'cases'> & {
      readonly definition?: SystemDefinition;
      readonly cases: readonly (KEpsilonReport['cases'][number] & {
        readonly definition?: SystemDefinition;
      })[];
    });

/**
 * Reads a report that may come from a stranger.
 *
 * @throws GrammaskError `ARGUMENT` for what is no report, with the pointer; `UNSUPPORTED` where ajv is not installed
 */
export async function readReport(path: string): Promise<StoredReport> {
  const text = readBounded(path, MOST_BYTES);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notReport(path, `it is not JSON: ${(cause as Error).message}`, cause);
  }
  const fault = await faultOf('reach-report', value);
  if (fault !== undefined) {
    const pointer = fault.path.map((part) => `/${part}`).join('');
    throw notReport(path, pointer === '' ? fault.message : `at ${pointer}: ${fault.message}`);
  }
  return value as StoredReport;
}

function notReport(path: string, why: string, cause?: unknown): GrammaskError {
  return new GrammaskError('ARGUMENT', `the file is no report of grammask reach: ${why}`, {
    hint: 'grammask reach audit -o report.json writes one, and so does --json of the other commands',
    location: { path },
    cause,
  });
}
