// What the tests of repair-bench use of @jest/globals, and no more. At the end one line of JSON goes to the descriptor that
// JEST_RESULT_FD names, so that what a program prints cannot be taken for it.
import { writeSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

// The same numbers in every run: a verdict must not hang on chance. (mulberry32)
let state = 0x9e3779b9;
Math.random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
};

const tests = [];
let suite = { name: '', before: [], after: [], parent: undefined };

export function describe(name, body) {
  const parent = suite;
  suite = { name, before: [], after: [], parent };
  body();
  suite = parent;
}
// In these tests an x means: take it up later.
export const xdescribe = describe;
describe.skip = describe;

export function it(name, body) {
  tests.push({ name, body, suite });
}
it.skip = it;

export { it as test, it as xit, it as xtest };

export const beforeEach = (hook) => suite.before.push(hook);
export const afterEach = (hook) => suite.after.push(hook);

export function expect(actual) {
  const matchers = matchersOf(actual, false);
  matchers.not = matchersOf(actual, true);
  return matchers;
}

function matchersOf(actual, negated) {
  const judge = (holds, what) => {
    if (holds === negated) throw new Error(`expected ${show(actual)} ${negated ? 'not ' : ''}${what}`);
  };
  return {
    toBe: (other) => judge(Object.is(actual, other), `to be ${show(other)}`),
    toEqual: (other) => judge(equal(actual, other), `to equal ${show(other)}`),
    toStrictEqual: (other) => judge(isDeepStrictEqual(actual, other), `to equal ${show(other)}`),
    toBeCloseTo: (other, digits = 2) => {
      const near = actual === other || Math.abs(actual - other) < 10 ** -digits / 2;
      judge(near, `to be close to ${show(other)}`);
    },
    toBeTruthy: () => judge(Boolean(actual), 'to be truthy'),
    toBeFalsy: () => judge(!actual, 'to be falsy'),
    toBeUndefined: () => judge(actual === undefined, 'to be undefined'),
    toBeNull: () => judge(actual === null, 'to be null'),
    toBeGreaterThan: (other) => judge(actual > other, `to be more than ${show(other)}`),
    toBeGreaterThanOrEqual: (other) => judge(actual >= other, `to be at least ${show(other)}`),
    toBeLessThan: (other) => judge(actual < other, `to be less than ${show(other)}`),
    toBeLessThanOrEqual: (other) => judge(actual <= other, `to be at most ${show(other)}`),
    toMatch: (other) => {
      if (typeof actual !== 'string') throw new Error(`expected a string, got ${show(actual)}`);
      judge(typeof other === 'string' ? actual.includes(other) : other.test(actual), `to match ${other}`);
    },
    toThrow: (other) => judge(throws(actual, other), `to throw ${show(other)}`),
  };
}

function throws(body, expected) {
  if (typeof body !== 'function') throw new Error(`expected a function, got ${show(body)}`);
  let error;
  try {
    body();
    return false;
  } catch (thrown) {
    error = thrown;
  }
  const message = String(error?.message ?? error);
  if (expected === undefined) return true;
  if (typeof expected === 'string') return message.includes(expected);
  if (expected instanceof RegExp) return expected.test(message);
  if (typeof expected === 'function') return error instanceof expected;
  return message === expected.message;
}

/** As toEqual has it: members that are undefined count as absent, classes do not matter. */
function equal(a, b) {
  const open = [[a, b]];
  const seen = new Map();
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [left, right] = pair;
    if (Object.is(left, right)) continue;
    if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
      return false;
    if (seen.get(left) === right) continue;
    seen.set(left, right);
    if (Object.prototype.toString.call(left) !== Object.prototype.toString.call(right)) return false;
    if (left instanceof Date || left instanceof RegExp || left instanceof Map || left instanceof Set) {
      if (!isDeepStrictEqual(left, right)) return false;
      continue;
    }
    if (left instanceof Error) {
      if (left.message !== right.message) return false;
      continue;
    }
    if (Array.isArray(left) && left.length !== right.length) return false;
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
      open.push([left[key], right[key]]);
  }
  return true;
}

function show(value) {
  if (typeof value === 'function') return value.name || 'a function';
  try {
    return typeof value === 'string' ? JSON.stringify(value) : String(JSON.stringify(value) ?? value);
  } catch {
    return String(value);
  }
}

function hooksOf(own, kind) {
  const hooks = [];
  for (let at = own; at !== undefined; at = at.parent) {
    if (kind === 'before') hooks.unshift(...at.before);
    else hooks.push(...at.after);
  }
  return hooks;
}

/** Runs what the imported test file has declared. */
export async function runAll() {
  const failures = [];
  for (const { name, body, suite: own } of tests) {
    try {
      for (const hook of hooksOf(own, 'before')) await hook();
      await body();
      for (const hook of hooksOf(own, 'after')) await hook();
    } catch (error) {
      failures.push({ name, message: String(error?.message ?? error).slice(0, 500) });
    }
  }
  const result = { total: tests.length, passed: tests.length - failures.length, failures };
  writeSync(Number(process.env.JEST_RESULT_FD ?? 1), `${JSON.stringify(result)}\n`);
}
