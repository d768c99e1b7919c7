import { type Colors, ms } from '../../cli/output.js';
import { printableLines, printableText } from '../../frontends/source-location.js';
import type { SuiteResult } from '../run.js';
import { totalsOf } from '../totals.js';
import { coverageListing } from './coverage-listing.js';
import { drawPictures, outcomeWords } from './failure-words.js';
import type { Reporter } from './reporter.js';

/** The report for people. */
export function humanReporter(colors: Colors): Reporter {
  let isBlank = false;
  return {
    suite(result) {
      const text = suiteText(result, colors);
      isBlank = text.endsWith('\n\n');
      return text;
    },
    end(run) {
      const totals = totalsOf(run.suites);
      const parts = [
        totals.failed > 0 ? colors.red(`${totals.failed} failed`) : '',
        totals.undecided > 0 ? colors.yellow(`${totals.undecided} not decided`) : '',
        totals.broken > 0 ? colors.red(`${plural(totals.broken, 'suite')} could not be read`) : '',
        totals.notRun > 0 ? colors.yellow(`${totals.notRun} not run`) : '',
        colors.green(`${totals.passed} passed`),
      ].filter((part) => part !== '');
      const time = colors.dim(`${plural(totals.suites, 'suite')}, ${ms(run.ms)}`);
      const listings = run.coverage.map((coverage) => `\n${coverageListing(coverage, colors)}`);
      const without = run.notCovered.map(
        ({ name, reason }) => `\n${colors.yellow(printableLines(`No coverage of ${name}: ${reason}`))}\n`,
      );
      const end = run.interrupted ? `${colors.yellow('interrupted')}\n` : '';
      const report = `${listings.join('')}${without.join('')}\n${parts.join(', ')}  ${time}\n${end}`;
      return isBlank ? report.slice(1) : report;
    },
  };
}

function suiteText(result: SuiteResult, colors: Colors): string {
  const { problem, cases, outcomes, times } = result;
  const name = printableText(result.name);
  if (problem !== undefined) {
    const text = printableLines(problem.toString()).replace(/^GrammaskError /, '');
    return `${colors.red('FAIL')}  ${name}  ${colors.red('cannot be read')}\n${text.replace(/^/gm, '      ')}\n`;
  }
  const { failed, undecided, notRun } = totalsOf([result]);
  const accepted = cases.filter(({ verdict }) => verdict === 'accept').length;
  const counts = `${accepted} to accept, ${cases.length - accepted} to reject`;
  const time = times.reduce((sum, each) => sum + each, 0);
  const word =
    failed > 0
      ? colors.red('FAIL')
      : undecided > 0 || notRun > 0
        ? colors.yellow('open')
        : colors.green('ok  ');
  const lines = [`${word}  ${name}  ${colors.dim(`${counts}, ${ms(time)}`)}`];
  outcomes.forEach((outcome, index) => {
    if (outcome === undefined) return;
    const words = outcomeWords(outcome);
    if (words === undefined) return;
    lines.push(
      '',
      `  ${colors.bold(printableText(cases[index]?.name ?? ''))}`,
      `    ${colors.red(printableText(words.message))}`,
    );
    for (const line of drawPictures(words.pictures)) {
      const caret = line.indexOf('^');
      const isMark = line.startsWith('      | ') && caret > 0;
      lines.push(isMark ? `    ${line.slice(0, caret)}${colors.red(line.slice(caret))}` : `    ${line}`);
    }
    for (const note of words.notes) lines.push(`    ${colors.dim(printableText(note))}`);
  });
  if (lines.length > 1) lines.push('');
  return `${lines.join('\n')}\n`;
}

function plural(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
