// SARIF 2.1.0 (OASIS, 2020): the log that code scanning reads. A rule of the policy is a rule; each field is a result of it, which
// fails, passes, or is open (section 3.27.9).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PolicyRule } from '../audit/audit-definition.js';
import type { AuditReport, RuleResult } from '../audit/audit-report.js';

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly kind: 'fail' | 'pass' | 'open';
  readonly level: 'error' | 'none';
  readonly message: { readonly text: string };
  readonly locations: readonly object[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

/** A log with one run. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly {
    readonly tool: { readonly driver: object };
    readonly invocations: readonly { readonly executionSuccessful: boolean }[];
    readonly columnKind: 'unicodeCodePoints';
    readonly results: readonly SarifResult[];
  }[];
}

/** An audit without a policy has no results. */
export function auditSarif({ definition, policy, complete }: AuditReport): SarifLog {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const results = policy.flatMap(({ id, results: own }, index) =>
    own.map((result) => sarifResult(result, definition, id, index)),
  );
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'grammask reach', version, rules: definition.policy.map(sarifRule) },
        },
        invocations: [{ executionSuccessful: complete }],
        columnKind: 'unicodeCodePoints',
        results,
      },
    ],
  };
}

function sarifRule(rule: PolicyRule): object {
  return {
    id: rule.id,
    shortDescription: { text: ruleWords(rule) },
    defaultConfiguration: { level: 'error' },
  };
}

/** A rule in a sentence. */
function ruleWords({ rule, k, to, atMost }: PolicyRule): string {
  if (rule === 'share') return `At most ${k} symbols reach at most the share ${atMost} of all values.`;
  return to === null
    ? `At most ${k} symbols do not change the field.`
    : `At most ${k} symbols do not make the field ${JSON.stringify(to[0])}.`;
}

const kinds = { violated: 'fail', holds: 'pass', inconclusive: 'open' } as const;

function sarifResult(
  { case: id, verdict, message }: RuleResult,
  { file, cases, policy }: AuditReport['definition'],
  ruleId: string,
  ruleIndex: number,
): SarifResult {
  const kind = kinds[verdict];
  const place = cases.find((each) => each.id === id)?.place ?? policy[ruleIndex]?.place;
  const name = id ?? ruleId;
  return {
    ...{ ruleId, ruleIndex, kind, level: kind === 'fail' ? 'error' : 'none' },
    message: { text: `${name}: ${message}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURIComponent(file) },
          region: { startLine: place?.line ?? 1, startColumn: place?.column ?? 1 },
        },
        logicalLocations: [{ fullyQualifiedName: name }],
      },
    ],
    // The same finding of another run, wherever it stands then.
    partialFingerprints: {
      'ruleAndField/v1': createHash('sha256').update(`${ruleId}\0${name}`).digest('hex').slice(0, 32),
    },
  };
}
