// The counts of a run, held against what they should be.
import { type Finding, faultCounts } from './findings.js';
import type { MaskBenchReport } from './maskbench-case.js';
import type { Exemption, StyleName, StyleReport } from './round-trip-case.js';
import type { SuiteReport } from './suite-case.js';
import type { TaskReport } from './task.js';
import { addTimes, emptyTimes, percentile } from './times.js';

/** A line of the table. */
export interface Row {
  readonly what: string;
  readonly result: string;
  readonly target: string;
  /** Undefined where nothing is asked. */
  readonly holds?: boolean;
}

/** A schema that took long. */
export interface Slow {
  readonly name: string;
  readonly ms: number;
  readonly compileMs: number;
}

/** Of MaskBench's 6,782 schemas, as many as must pass. */
const PASS_SHARE = 6740 / 6782;
const DEAD_END_SHARE = 0.005;
const OPTIONAL_SHARE = 0.99;
const SLOWEST = 20;

interface Section {
  groups: number;
  compiled: number;
  tests: number;
  right: number;
}

interface StyleCounts {
  schemas: number;
  texts: number;
  exempt: Partial<Record<Exemption, number>>;
  differences: Partial<Record<string, number>>;
  undecided: number;
}

export class Summary {
  readonly findings: Finding[] = [];
  readonly differences: string[] = [];
  readonly slowest: Slow[] = [];
  readonly #sections = new Map<string, Section>();
  readonly #maskBench = { schemas: 0, valid: 0, invalid: 0, undecided: 0 };
  readonly #times = emptyTimes();
  readonly #styles = new Map<StyleName, StyleCounts>();

  add(name: string, done: TaskReport): void {
    if (done.part === 'suite') this.#addSuite(done.report);
    else if (done.part === 'maskbench') this.#addMaskBench(name, done.report);
    else for (const style of done.report.styles) this.#addStyle(style);
  }

  /** A task without a report: what is counted of it is its finding. */
  addLost(finding: Finding): void {
    this.findings.push(finding);
    if (finding.part === 'maskbench') this.#maskBench.schemas += 1;
  }

  rows(): Row[] {
    return [...this.#suiteRows(), ...this.#maskBenchRows(), ...this.#styleRows()];
  }

  #addSuite(report: SuiteReport): void {
    const section = this.#sections.get(report.section) ?? { groups: 0, compiled: 0, tests: 0, right: 0 };
    this.#sections.set(report.section, section);
    section.groups += 1;
    if (report.compiled) section.compiled += 1;
    section.tests += report.tests;
    section.right += report.right;
    this.findings.push(...report.findings);
  }

  #addMaskBench(name: string, report: MaskBenchReport): void {
    const counts = this.#maskBench;
    counts.schemas += 1;
    counts.valid += report.valid;
    counts.invalid += report.invalid;
    if (report.undecided > 0) counts.undecided += 1;
    for (const step of Object.keys(this.#times) as (keyof typeof report.times)[]) {
      addTimes(this.#times[step], report.times[step]);
    }
    this.findings.push(...report.findings);
    this.slowest.push({ name, ms: Math.round(report.ms), compileMs: Math.round(report.compileMs) });
    this.slowest.sort((a, b) => b.ms - a.ms);
    this.slowest.length = Math.min(this.slowest.length, SLOWEST);
  }

  #addStyle(report: StyleReport): void {
    const counts = this.#styles.get(report.style) ?? {
      schemas: 0,
      texts: 0,
      exempt: {},
      differences: {},
      undecided: 0,
    };
    this.#styles.set(report.style, counts);
    if (report.exempt !== undefined) {
      counts.exempt[report.exempt] = (counts.exempt[report.exempt] ?? 0) + 1;
      return;
    }
    counts.schemas += 1;
    counts.texts += report.texts;
    if (report.undecided) counts.undecided += 1;
    for (const [difference, count] of Object.entries(report.differences)) {
      counts.differences[difference] = (counts.differences[difference] ?? 0) + (count ?? 0);
    }
    this.differences.push(...report.details);
    this.findings.push(...report.findings);
  }

  #suiteRows(): Row[] {
    return [...this.#sections].map(([name, { groups, compiled, tests, right }]) => {
      const isRequired = name.endsWith('required');
      const share = right / tests;
      return {
        what: `test suite, ${name}`,
        result: `${count(compiled)} of ${count(groups)} groups compile, ${count(right)} of ${count(tests)} verdicts right (${percent(share)})`,
        target: isRequired ? 'all' : `${percent(OPTIONAL_SHARE)} of verdicts`,
        holds: isRequired ? compiled === groups && right === tests : share >= OPTIONAL_SHARE,
      };
    });
  }

  #maskBenchRows(): Row[] {
    const { schemas, valid, invalid, undecided } = this.#maskBench;
    if (schemas === 0) return [];
    const findings = this.findings.filter(({ part }) => part === 'maskbench');
    const faulty = new Set(findings.map(({ name }) => name));
    const passing = schemas - faulty.size;
    const wanted = Math.round(schemas * PASS_SHARE);
    const counts = faultCounts(findings);
    const zero = (what: string, number: number): Row => ({
      what: `MaskBench, ${what}`,
      result: count(number),
      target: '0',
      holds: number === 0,
    });
    return [
      {
        what: 'MaskBench, schemas that pass',
        result: `${count(passing)} of ${count(schemas)} (${percent(passing / schemas)})`,
        target: `at least ${count(wanted)}`,
        holds: passing >= wanted,
      },
      { what: 'MaskBench, refused', result: count(counts.refused), target: '' },
      {
        ...zero('invalid accepted', counts['invalid accepted']),
        result: `${count(counts['invalid accepted'])} of ${count(invalid)}`,
      },
      {
        ...zero('valid rejected', counts['valid rejected']),
        result: `${count(counts['valid rejected'])} of ${count(valid)}`,
      },
      zero('crashes and errors', counts.crash + counts.error),
      zero('ways that differ', counts['ways differ']),
      zero('time-outs', counts['time-out']),
      { what: 'MaskBench, undecided at the start', result: count(undecided), target: '' },
      ...this.#timeRows(),
    ];
  }

  #timeRows(): Row[] {
    const steps = [
      ['read', 'schema to grammar'],
      ['compile', 'compile'],
      ['firstMask', 'first mask'],
      ['mask', 'mask of a token'],
      ['accept', 'accept of a token'],
    ] as const;
    return steps.map(([step, what]) => ({
      what: `MaskBench, ${what}, ms`,
      result: ([0.5, 0.95, 0.99, 0.999, 1] as const)
        .map(
          (share) =>
            `${share === 1 ? 'max' : `p${share * 100}`} ${milliseconds(percentile(this.#times[step], share))}`,
        )
        .join('  '),
      target: '',
    }));
  }

  #styleRows(): Row[] {
    return [...this.#styles].flatMap(([style, { schemas, texts, exempt, differences, undecided }]) => {
      const findings = this.findings.filter(
        ({ part, about }) => part === 'roundtrip' && (about === undefined || about.startsWith(style)),
      );
      const counts = faultCounts(findings);
      const ends = findings.filter(({ fault }) => fault === 'dead end' || fault === 'no end');
      const decided = ends.filter((end) => end.fault === 'dead end' && end.undecided === 0);
      const others = new Set(ends.filter((end) => !decided.includes(end)).map(({ name }) => name)).size;
      const row = (what: string, result: string, target = '', holds?: boolean): Row => ({
        what: `round trip (${style}), ${what}`,
        result,
        target,
        ...(holds === undefined ? {} : { holds }),
      });
      // Where nothing was drawn, nothing holds.
      const holds = (is: boolean): boolean | undefined => (schemas === 0 && is ? undefined : is);
      const zero = (what: string, number: number): Row => row(what, count(number), '0', holds(number === 0));
      return [
        row('texts', `${count(texts)} from ${count(schemas)} schemas; exempt: ${listed(exempt)}`),
        zero('invalid', counts['invalid drawn']),
        row('differences of ajv', listed(differences)),
        zero('dead ends, all decided', decided.length),
        row(
          'other dead ends and no ends, schemas',
          `${count(others)} (${percent(others / schemas)}); ${count(undecided)} with undecided states`,
          `at most ${percent(DEAD_END_SHARE)}`,
          holds(others <= schemas * DEAD_END_SHARE),
        ),
        zero('crashes, errors, ways that differ', counts.crash + counts.error + counts['ways differ']),
        zero('time-outs', counts['time-out']),
      ];
    });
  }
}

export function count(number: number): string {
  return number.toLocaleString('en');
}

function percent(share: number): string {
  return Number.isNaN(share) ? 'none' : `${(100 * share).toFixed(share === 1 ? 0 : 2)} %`;
}

function milliseconds(microseconds: number): string {
  return Number.isNaN(microseconds) ? '-' : (microseconds / 1000).toPrecision(2);
}

function listed(counts: Partial<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, number]) => `${count(number ?? 0)} ${name}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
