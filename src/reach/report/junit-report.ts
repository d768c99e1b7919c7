import { xmlAttributes } from '../../xml-text.js';
import type { AuditReport, RuleReport, RuleResult } from '../audit/audit-report.js';

/**
 * JUnit XML, as build servers read it: a test suite for each rule, a test case for each field that it speaks of. A violation is a
 * failure; what is not known is an error. Without a policy there is one suite, of the fields that were read in full.
 */
export function auditJunit(report: AuditReport): string {
  const { policy, cases, definition } = report;
  const suites: readonly RuleReport[] =
    policy.length > 0
      ? policy
      : [
          {
            id: 'complete',
            verdict: 'holds',
            results: cases.map(({ id, complete }) => ({
              case: id,
              verdict: complete ? 'holds' : 'inconclusive',
              message: complete ? 'every text was read' : 'not every text was read',
            })),
          },
        ];
  const all = suites.flatMap(({ results }) => results);
  const name = definition.title ?? definition.file;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${xmlAttributes({ name, ...countsOf(all) })}>`,
    ...suites.flatMap(({ id, results }) => [
      `  <testsuite${xmlAttributes({ name: id, ...countsOf(results), skipped: 0 })}>`,
      ...results.flatMap((result) => testCase(id, result)),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function countsOf(results: readonly RuleResult[]): Record<string, number> {
  const count = (verdict: string): number => results.filter((result) => result.verdict === verdict).length;
  return { tests: results.length, failures: count('violated'), errors: count('inconclusive') };
}

function testCase(rule: string, { case: id, verdict, message }: RuleResult): string[] {
  const start = `    <testcase${xmlAttributes({ name: id ?? 'all together', classname: rule })}`;
  if (verdict === 'holds') return [`${start}/>`];
  const tag = verdict === 'violated' ? 'failure' : 'error';
  return [`${start}>`, `      <${tag}${xmlAttributes({ message })}/>`, '    </testcase>'];
}
