// Turns TAP into a line for each test file, the details of what failed, and the reasons of what was skipped.
// A test is a `t.test` of a file (with all its parts), or an assertion that stands in the file itself.
import { Transform } from 'node:stream';
import { inspect } from 'node:util';
import { Parser } from 'tap-parser';

/**
 * A stream from TAP to text. Its `counts` { passed, failed, skipped, files } are final when the stream has ended.
 * A file without a test, and a skip without a reason, count as failures.
 */
export function createReporter() {
  const counts = { passed: 0, failed: 0, skipped: 0, files: 0 };
  const parser = new Parser();
  const stream = new Transform({
    transform(chunk, _encoding, done) {
      parser.write(chunk);
      done();
    },
    flush(done) {
      parser.once('complete', () => done());
      parser.end();
    },
  });
  const print = (line) => stream.push(`${line}\n`);

  let file = emptyFile();
  parser.on('child', (child) => {
    file = emptyFile();
    followFile(child, file);
  });
  parser.on('assert', (point) => {
    if (!point.closingTestPoint) file = emptyFile();
    closeFile(file, point);
    counts.files += 1;
    counts.passed += file.passed;
    counts.failed += file.failures.length;
    counts.skipped += file.skips.length;
    const seconds = ((point.time ?? 0) / 1000).toFixed(1);
    const failed = file.failures.length > 0 ? `, ${file.failures.length} failed` : '';
    print(`${failed ? 'FAIL' : 'ok  '}  ${point.name}  ${file.passed} passed${failed}  ${seconds} s`);
    for (const { name, reason } of file.skips) print(`      skipped: ${name}: ${reason}`);
    for (const failure of file.failures) print(indent(failure, 6));
    file = emptyFile();
  });
  parser.on('bailout', (reason) => {
    counts.failed += 1;
    print(`FAIL  bailed out: ${reason}`);
  });
  return Object.assign(stream, { counts });
}

function emptyFile() {
  return { passed: 0, failures: [], skips: [] };
}

function followFile(parser, file) {
  let details = [];
  const collect = (child, path) => {
    child.on('child', (next) => collect(next, [...path, next.name]));
    child.on('assert', (point) => {
      if (point.closingTestPoint) return;
      if (point.skip || point.todo) addSkip(file, [...path, point.name].join(' > '), point);
      else if (!point.ok) details.push(describe([...path, point.name].join(' > '), point.diag));
    });
  };
  parser.on('child', (test) => collect(test, [test.name]));
  parser.on('assert', (point) => {
    if (point.skip || point.todo) addSkip(file, point.name, point);
    else if (point.ok) file.passed += 1;
    else file.failures.push(details.length > 0 ? details.join('\n') : describe(point.name, point.diag));
    details = [];
  });
}

// tap says `true` where no reason was given.
function addSkip(file, name, point) {
  const reason = point.skip || point.todo;
  if (typeof reason === 'string' && reason !== '') file.skips.push({ name, reason });
  else file.failures.push(`${name}: skipped without a reason`);
}

// The file's own result: it timed out or crashed, or it holds no test at all.
function closeFile(file, point) {
  // tap itself passes a file without tests, as skipped for this reason.
  if (point.skip === 'no tests found') file.failures.push(`${point.name}: holds no test`);
  else if (point.skip || point.todo) addSkip(file, point.name, point);
  else if (!point.ok && (file.failures.length === 0 || point.diag?.signal))
    file.failures.push(describe(point.name, point.diag));
  else if (file.passed + file.failures.length + file.skips.length === 0) {
    file.failures.push(`${point.name}: holds no test`);
  }
}

function describe(name, diagnostics) {
  if (!diagnostics) return name;
  const { diff, found, wanted, at, stack, ...rest } = diagnostics;
  const parts = [name];
  const place = at?.fileName ? `${at.fileName}:${at.lineNumber}:${at.columnNumber}` : undefined;
  if (place) parts.push(`  at ${place}`);
  if (diff) parts.push(indent(diff, 2));
  else if (found !== undefined || wanted !== undefined) {
    parts.push(indent(`found:  ${show(found)}\nwanted: ${show(wanted)}`, 2));
  }
  for (const key of ['message', 'signal', 'exitCode', 'timeout', 'expired', 'running', 'error', 'source']) {
    if (rest[key] !== undefined) parts.push(indent(`${key}: ${show(rest[key])}`, 2));
  }
  if (stack && !place) parts.push(indent(stack, 2));
  return parts.join('\n');
}

function show(value) {
  return typeof value === 'string' ? value : inspect(value, { depth: 6, breakLength: 100 });
}

function indent(text, width) {
  return String(text)
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(width) + line)
    .join('\n');
}
