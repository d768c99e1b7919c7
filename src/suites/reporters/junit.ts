import { xmlAttributes, xmlText } from '../../xml-text.js';
import type { SuiteFuzz } from '../fuzz/fuzz-suites.js';
import type { SuiteResult } from '../run.js';
import { totalsOf } from '../totals.js';
import { drawPictures, outcomeWords } from './failure-words.js';
import type { Reporter } from './reporter.js';

/** JUnit XML, as build servers read it: a test suite for each suite, a test case for each text. */
export function junitReporter(): Reporter {
  return {
    end({ suites, ms }, fuzz = []) {
      const { passed, failed, undecided, notRun, broken } = totalsOf(suites);
      const random = fuzz.map(fuzzCounts);
      const sum = (of: (counts: ReturnType<typeof fuzzCounts>) => number): number =>
        random.reduce((all, counts) => all + of(counts), 0);
      const tests = passed + failed + undecided + notRun + broken + sum((counts) => counts.tests);
      const head = xmlAttributes({
        name: 'grammask test',
        tests,
        failures: failed + sum(({ failures }) => failures),
        errors: undecided + broken + sum(({ errors }) => errors),
        skipped: notRun,
      });
      return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites${head} time="${seconds(ms)}">`,
        ...suites.map(suiteXml),
        ...fuzz.map(fuzzXml),
        '</testsuites>',
        '',
      ].join('\n');
    },
  };
}

function suiteXml(result: SuiteResult): string {
  const { name, problem, cases, outcomes, times } = result;
  const { failed, undecided, notRun, broken } = totalsOf([result]);
  const time = seconds(times.reduce((sum, each) => sum + each, 0));
  const tests = problem === undefined ? cases.length : 1;
  const head = xmlAttributes({ name, tests, failures: failed, errors: undecided + broken, skipped: notRun });
  const lines = [`  <testsuite${head} time="${time}">`];
  if (problem !== undefined) {
    lines.push(`    <testcase${xmlAttributes({ name, classname: name })}>`);
    lines.push(
      `      <error${xmlAttributes({ message: problem.message })}>${xmlText(problem.toString())}</error>`,
    );
    lines.push('    </testcase>');
  }
  for (let index = 0; problem === undefined && index < cases.length; index++) {
    const outcome = outcomes[index];
    const own = xmlAttributes({ name: cases[index]?.name ?? '', classname: name });
    const start = `    <testcase${own} time="${seconds(times[index] ?? 0)}"`;
    const words = outcomeWords(outcome);
    if (words === undefined) {
      lines.push(`${start}/>`);
      continue;
    }
    lines.push(`${start}>`);
    if (outcome === undefined) lines.push('      <skipped/>');
    else {
      const tag = outcome.kind === 'undecided' ? 'error' : 'failure';
      const details = xmlText([...drawPictures(words.pictures), ...words.notes].join('\n'));
      lines.push(`      <${tag}${xmlAttributes({ message: words.message })}>${details}</${tag}>`);
    }
    lines.push('    </testcase>');
  }
  return [...lines, '  </testsuite>'].join('\n');
}

/** The random texts of a suite are one test case; a text that somebody disagrees on is one more. */
function fuzzCounts({ findings, undecided, problem }: SuiteFuzz) {
  const isOpen = undecided > 0 || problem !== undefined;
  return { tests: 1 + findings.length, failures: findings.length, errors: isOpen ? 1 : 0 };
}

function fuzzXml(result: SuiteFuzz): string {
  const { name, seed, texts, findings, undecided, problem } = result;
  const suite = `fuzz ${name}`;
  const test = (title: string): string => `    <testcase${xmlAttributes({ name: title, classname: suite })}`;
  const lines = [`  <testsuite${xmlAttributes({ name: suite, ...fuzzCounts(result), skipped: 0 })}>`];
  const whole = test(`${texts} texts, seed ${seed}`);
  const open = problem ?? (undecided > 0 ? `${undecided} texts were not decided in time` : undefined);
  if (open === undefined) lines.push(`${whole}/>`);
  else lines.push(`${whole}>`, `      <error${xmlAttributes({ message: open })}/>`, '    </testcase>');
  for (const { text, what, path } of findings) {
    lines.push(
      `${test(path)}>`,
      `      <failure${xmlAttributes({ message: what })}>${xmlText(JSON.stringify(text))}</failure>`,
      '    </testcase>',
    );
  }
  return [...lines, '  </testsuite>'].join('\n');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(6);
}
