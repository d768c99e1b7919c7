import { existsSync, readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import {
  type FormatDraft,
  formatExpression,
  KNOWN_FORMATS,
} from '../../../src/frontends/json-schema/formats/index.js';
import { createProgramBuilder } from '../../../src/frontends/program-builder.js';
import { Grammar } from '../../../src/index.js';
import { matchesProgram } from '../../support/expr-matcher.js';
import { FORMAT_EXCEPTIONS } from './formats.exceptions.js';

const SUITE = new URL('../../../../shared/json-schema-test-suite/tests/', import.meta.url);
const FOLDERS: readonly (readonly [string, FormatDraft])[] = [
  ['draft2020-12', '2020-12'],
  ['draft7', '7'],
];

interface SuiteGroup {
  schema: { format?: string };
  tests: { description: string; data: unknown; valid: boolean }[];
}

function programOf(name: string, draft: FormatDraft): Uint8Array | undefined {
  const builder = createProgramBuilder();
  const expr = formatExpression(name, builder, draft);
  if (expr === undefined) return undefined;
  const root = builder.reserveRule('root');
  builder.setRule(root, [[{ kind: 'terminal', expr }]]);
  return builder.finish(root);
}

const programs = new Map<string, Uint8Array>();
function accepts(name: string, text: string, draft: FormatDraft = '2020-12'): boolean {
  const key = `${draft} ${name}`;
  let program = programs.get(key);
  if (program === undefined) {
    program = programOf(name, draft) as Uint8Array;
    programs.set(key, program);
  }
  return matchesProgram(program, text);
}

t.test(
  'the format tests of the JSON Schema test suite',
  { skip: existsSync(SUITE) ? false : 'the test suite is not beside this checkout' },
  (t) => {
    let cases = 0;
    const wrong: string[] = [];
    for (const [folder, draft] of FOLDERS) {
      const path = new URL(`${folder}/optional/format/`, SUITE);
      for (const file of readdirSync(path)) {
        const groups = JSON.parse(readFileSync(new URL(file, path), 'utf8')) as SuiteGroup[];
        for (const { schema, tests } of groups) {
          const { format } = schema;
          if (format === undefined || !KNOWN_FORMATS[draft].has(format)) continue;
          for (const { data, valid } of tests) {
            if (typeof data !== 'string') continue;
            cases += 1;
            if (accepts(format, data, draft) !== valid) wrong.push(`${format} ${JSON.stringify(data)}`);
          }
        }
      }
    }
    t.ok(cases > 1100, `${cases} cases`);
    const unexpected = wrong.filter((entry) => !FORMAT_EXCEPTIONS.has(entry));
    const stale = [...FORMAT_EXCEPTIONS.keys()].filter((entry) => !wrong.includes(entry));
    t.same(unexpected, [], 'all verdicts are right but for the listed ones');
    t.same(stale, [], 'each listed one is still wrong');
    t.end();
  },
);

t.test('dates are days of the calendar', (t) => {
  for (let year = 1896; year <= 2104; year++) {
    const leap = new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29;
    t.equal(accepts('date', `${year}-02-29`), leap, `${year}`);
  }
  const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  days.forEach((last, month) => {
    const prefix = `2023-${String(month + 1).padStart(2, '0')}-`;
    t.ok(accepts('date', `${prefix}${last}`), prefix);
    t.notOk(accepts('date', `${prefix}${last + 1}`), prefix);
    t.notOk(accepts('date', `${prefix}00`), prefix);
  });
  t.ok(accepts('date', '0000-02-29'));
  t.notOk(accepts('date', '2023-13-01'));
  t.end();
});

t.test('a leap second stands only at 23:59:60 UTC', (t) => {
  const two = (value: number): string => String(value).padStart(2, '0');
  const times = Grammar.jsonSchema({ type: 'string', format: 'time' });
  let wrong = 0;
  const check = (
    isRight: boolean,
    sign: number,
    [hour, minute, offsetHour, offsetMinute]: number[],
  ): void => {
    const local = `${two(hour as number)}:${two(minute as number)}:60`;
    const offset = `${sign > 0 ? '+' : '-'}${two(offsetHour as number)}:${two(offsetMinute as number)}`;
    if (times.test(`"${local}${offset}"`) !== isRight) wrong += 1;
  };
  for (let offset = 0; offset < 1440; offset++) {
    for (const sign of [1, -1]) {
      const local = (1439 + sign * offset + 1440) % 1440;
      for (const shift of [0, 1, 60]) {
        const at = (local + shift) % 1440;
        const parts = [Math.floor(at / 60), at % 60, Math.floor(offset / 60), offset % 60];
        check(shift === 0, sign, parts);
        // The same time of another day or hour, written as no clock shows it.
        for (const more of [[24], [0, 60], [0, 0, 24], [0, 0, 0, 60], [24, 0, 24], [0, 60, 0, 60]]) {
          const other = parts.map((part, index) => part + (more[index] ?? 0));
          if (other.every((part) => part < 100)) check(false, sign, other);
        }
      }
    }
  }
  t.equal(wrong, 0);
  t.ok(accepts('time', '23:59:60.5z'));
  t.end();
});

t.test('mail addresses', (t) => {
  for (const text of [
    'a@b',
    'a@[1.2.3.4]',
    'a@[IPv6:1::2]',
    'a@[ipv6:1::1.2.3.4]',
    '"a\\\\ "@b.c',
    `${'a'.repeat(64)}@b`,
  ]) {
    t.ok(accepts('email', text), text);
  }
  for (const text of ['a@[IPv6:1:2:3:4:5:6:7::]', 'a@-b', `${'a'.repeat(65)}@b`, 'é@b', 'a@b.', 'a@[x:1]']) {
    t.notOk(accepts('email', text), text);
  }
  t.ok(accepts('idn-email', `${'é'.repeat(32)}@b`));
  t.notOk(accepts('idn-email', `${'é'.repeat(33)}@b`), 'the local part is counted in octets');
  t.end();
});

t.test('lengths of host names', (t) => {
  const label = 'a'.repeat(63);
  t.ok(accepts('hostname', `${label}.${label}.${label}.${'a'.repeat(61)}`), '253 characters');
  t.notOk(accepts('hostname', `${label}.${label}.${label}.${'a'.repeat(62)}`), '254 characters');
  t.ok(accepts('hostname', 'xn--x', '4'), 'drafts 4 and 6 know no A-labels');
  t.end();
});

t.test('a draft knows its own formats', (t) => {
  const builder = createProgramBuilder();
  t.equal(formatExpression('duration', builder, '7'), undefined);
  t.equal(formatExpression('toString', builder, '2020-12'), undefined);
  const first = formatExpression('uri', builder, '4');
  t.type(first, 'number');
  t.equal(formatExpression('uri', builder, '4'), first, 'built once');
  t.end();
});
