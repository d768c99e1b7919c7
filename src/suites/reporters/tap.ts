import { printableLines, printableText } from '../../frontends/source-location.js';
import type { SuiteFuzz } from '../fuzz/fuzz-suites.js';
import type { SuiteResult } from '../run.js';
import { totalsOf } from '../totals.js';
import { drawPictures, outcomeWords } from './failure-words.js';
import type { Reporter } from './reporter.js';

/** TAP version 14, one test point a text. */
export function tapReporter(): Reporter {
  let count = 0;
  let isFirst = true;
  const header = (): string => {
    const text = isFirst ? 'TAP version 14\n' : '';
    isFirst = false;
    return text;
  };
  const point = (isOk: boolean, name: string, message: string, text: string): string => {
    count += 1;
    const line = `${isOk ? 'ok' : 'not ok'} ${count} - ${escapeName(name)}\n`;
    if (message === '') return line;
    // The number: the first line may be indented.
    const block = text === '' ? '' : `  text: |2-\n${printableLines(text).replace(/^/gm, '    ')}\n`;
    return `${line}  ---\n  message: ${JSON.stringify(printableLines(message))}\n${block}  ...\n`;
  };

  function suite({ name, problem, cases, outcomes }: SuiteResult): string {
    let text = header();
    if (problem !== undefined) {
      return text + point(false, name, 'the suite cannot be read', problem.toString());
    }
    outcomes.forEach((outcome, index) => {
      if (outcome === undefined) return;
      const words = outcomeWords(outcome);
      const details = words === undefined ? [] : [...drawPictures(words.pictures), ...words.notes];
      text += point(
        words === undefined,
        `${name} ${cases[index]?.name}`,
        words?.message ?? '',
        details.join('\n'),
      );
    });
    return text;
  }

  /** The random texts of a suite are one point; a text that somebody disagrees on is one more. */
  function fuzzPoints({ name, seed, texts, findings, undecided, problem }: SuiteFuzz): string {
    const open = problem ?? (undecided > 0 ? `${undecided} texts were not decided in time` : '');
    const own = findings.map(({ text, what, path }) =>
      point(false, `fuzz ${path}`, what, JSON.stringify(text)),
    );
    return [point(open === '', `fuzz ${name} ${texts} texts, seed ${seed}`, open, ''), ...own].join('');
  }

  return {
    suite,
    end({ suites, interrupted }, fuzz = []) {
      const why = interrupted ? 'interrupted' : 'a text failed (--bail)';
      const isWhole = !interrupted && totalsOf(suites).notRun === 0;
      const points = fuzz.map(fuzzPoints).join('');
      return `${header()}${points}${isWhole ? '' : `Bail out! ${why}\n`}1..${count}\n`;
    },
  };
}

/** `#` begins a directive. */
function escapeName(name: string): string {
  return printableText(name).replace(/[\\#]/g, '\\$&');
}
