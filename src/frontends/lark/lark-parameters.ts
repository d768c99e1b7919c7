/**
 * The arithmetic of rules with a parameter: a number of 64 bits. What is written behind `::` gives the parameter of a rule
 * that is referred to; what is written behind `%if` says whether an alternative is there.
 */

/** Bits from `from` up to, not including, `to`. */
export interface BitRange {
  readonly from: number;
  readonly to: number;
}

export type Parameter =
  | { readonly op: 'constant'; readonly value: bigint }
  | { readonly op: 'self' }
  | { readonly op: 'bit_and' | 'bit_or'; readonly value: bigint }
  | { readonly op: 'set_bit' | 'clear_bit'; readonly bit: number }
  | { readonly op: 'incr' | 'decr'; readonly range: BitRange };

export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** A condition in post-order: each step takes its operands from a stack. */
export type Condition = readonly ConditionStep[];

export type ConditionStep =
  | { readonly op: 'true' | 'and' | 'or' | 'not' }
  | { readonly op: 'bit_set' | 'bit_clear'; readonly bit: number }
  | { readonly op: 'is_ones' | 'is_zeros'; readonly range: BitRange }
  | {
      readonly op: 'compare' | 'bit_count';
      readonly test: Comparison;
      readonly range: BitRange;
      readonly value: bigint;
    };

export const WORD_BITS = 64;
const ALL = (1n << BigInt(WORD_BITS)) - 1n;
const NO_BIT = 0n;

const maskOf = ({ from, to }: BitRange): bigint => (1n << BigInt(to - from)) - 1n;
const bitsOf = (value: bigint, range: BitRange): bigint => (value >> BigInt(range.from)) & maskOf(range);

/** The parameter that is meant where the own parameter is `self`. */
export function evaluateParameter(parameter: Parameter, self: bigint): bigint {
  switch (parameter.op) {
    case 'constant':
      return parameter.value;
    case 'self':
      return self;
    case 'bit_and':
      return self & parameter.value;
    case 'bit_or':
      return self | parameter.value;
    case 'set_bit':
      return self | (1n << BigInt(parameter.bit));
    case 'clear_bit':
      return self & (ALL ^ (1n << BigInt(parameter.bit)));
    case 'incr':
      return bitsOf(self, parameter.range) === maskOf(parameter.range)
        ? self
        : self + (1n << BigInt(parameter.range.from));
    case 'decr':
      return bitsOf(self, parameter.range) === NO_BIT ? self : self - (1n << BigInt(parameter.range.from));
  }
}

/** Whether the parameter is only a number, so that it needs no own one. */
export function isConstant(parameter: Parameter): boolean {
  return parameter.op === 'constant';
}

export function evaluateCondition(condition: Condition, self: bigint): boolean {
  const stack: boolean[] = [];
  for (const step of condition) stack.push(evaluateStep(step, self, stack));
  return stack[0] as boolean;
}

function evaluateStep(step: ConditionStep, self: bigint, stack: boolean[]): boolean {
  switch (step.op) {
    case 'true':
      return true;
    case 'not':
      return !(stack.pop() as boolean);
    case 'and': {
      const right = stack.pop() as boolean;
      return (stack.pop() as boolean) && right;
    }
    case 'or': {
      const right = stack.pop() as boolean;
      return (stack.pop() as boolean) || right;
    }
    case 'bit_set':
    case 'bit_clear':
      return ((self >> BigInt(step.bit)) & 1n) === (step.op === 'bit_set' ? 1n : NO_BIT);
    case 'is_ones':
      return bitsOf(self, step.range) === maskOf(step.range);
    case 'is_zeros':
      return bitsOf(self, step.range) === NO_BIT;
    case 'compare':
      return compare(step.test, bitsOf(self, step.range), step.value);
    case 'bit_count':
      return compare(step.test, countBits(bitsOf(self, step.range)), step.value);
  }
}

function countBits(value: bigint): bigint {
  let count = NO_BIT;
  for (let rest = value; rest > NO_BIT; rest &= rest - 1n) count += 1n;
  return count;
}

function compare(test: Comparison, left: bigint, right: bigint): boolean {
  switch (test) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'lt':
      return left < right;
    case 'le':
      return left <= right;
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
  }
}
