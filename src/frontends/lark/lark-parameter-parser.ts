import type { BitRange, Comparison, Condition, ConditionStep, Parameter } from './lark-parameters.js';
import { WORD_BITS } from './lark-parameters.js';
import type { LarkReader } from './lark-reader.js';

const MAX_VALUE = (1n << BigInt(WORD_BITS)) - 1n;
const COMPARISONS: readonly Comparison[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];
const FUNCTIONS = 'set_bit(k), clear_bit(k), bit_and(v), bit_or(v), incr([x:y]), decr([x:y])';
const CONDITIONS =
  'true, bit_set(k), bit_clear(k), is_ones([x:y]), is_zeros([x:y]), eq([x:y], v), bit_count_eq([x:y], k), and(…), or(…), not(…)';

/** What stands behind `::` where a rule is referred to. */
export function parseParameter(reader: LarkReader): Parameter {
  if (reader.is('number')) return { op: 'constant', value: readValue(reader, MAX_VALUE) };
  if (reader.takes('_')) return { op: 'self' };
  const { name: op, offset } = reader.expect('name', 'a number, _ or a function');
  reader.expect('(', `the ( of ${op}`);
  const parameter = argument(reader, op, offset);
  reader.expect(')', `the ) of ${op}`);
  return parameter;
}

function argument(reader: LarkReader, op: string, offset: number): Parameter {
  switch (op) {
    case 'set_bit':
    case 'clear_bit':
      return { op, bit: readBit(reader) };
    case 'bit_and':
    case 'bit_or':
      return { op, value: readValue(reader, MAX_VALUE) };
    case 'incr':
    case 'decr':
      return { op, range: readRange(reader) };
    default:
      return reader.fail('SYNTAX', offset, `there is no function ${op}`, `the functions are ${FUNCTIONS}`);
  }
}

/** What stands behind `%if`. Open calls are kept in a list, so that nesting costs no stack. */
export function parseCondition(reader: LarkReader): Condition {
  const steps: ConditionStep[] = [];
  const open: { readonly op: 'and' | 'or' | 'not'; left: number }[] = [];
  for (;;) {
    // A condition begins here.
    const { name, offset } = reader.expect('name', 'a condition');
    if (name === 'and' || name === 'or' || name === 'not') {
      reader.expect('(', `the ( of ${name}`);
      open.push({ op: name, left: name === 'not' ? 1 : 2 });
      continue;
    }
    steps.push(simpleCondition(reader, name, offset));
    // A condition ended: it is an operand of the call around it, which may end in turn.
    for (;;) {
      const call = open[open.length - 1];
      if (call === undefined) return steps;
      call.left -= 1;
      if (call.left > 0) {
        reader.expect(',', `the second operand of ${call.op}`);
        break;
      }
      reader.expect(')', `the ) of ${call.op}`);
      open.pop();
      steps.push({ op: call.op });
    }
  }
}

function simpleCondition(reader: LarkReader, name: string, offset: number): ConditionStep {
  if (name === 'true') {
    if (reader.takes('(')) reader.expect(')', 'the ) of true');
    return { op: 'true' };
  }
  const test = COMPARISONS.find((known) => name === known || name === `bit_count_${known}`);
  const isKnown = test !== undefined || ['bit_set', 'bit_clear', 'is_ones', 'is_zeros'].includes(name);
  if (!isKnown)
    reader.fail('SYNTAX', offset, `there is no condition ${name}`, `the conditions are ${CONDITIONS}`);
  reader.expect('(', `the ( of ${name}`);
  const step = conditionArguments(reader, name, test);
  reader.expect(')', `the ) of ${name}`);
  return step;
}

function conditionArguments(reader: LarkReader, name: string, test: Comparison | undefined): ConditionStep {
  if (name === 'bit_set' || name === 'bit_clear') return { op: name, bit: readBit(reader) };
  const range = readRange(reader);
  if (test === undefined) return { op: name as 'is_ones' | 'is_zeros', range };
  reader.expect(',', `the second argument of ${name}`);
  return { op: test === name ? 'compare' : 'bit_count', test, range, value: readValue(reader, MAX_VALUE) };
}

function readBit(reader: LarkReader): number {
  return Number(readValue(reader, BigInt(WORD_BITS - 1)));
}

/** `_` for all bits, or `[x:y]`. */
function readRange(reader: LarkReader): BitRange {
  if (reader.takes('_')) return { from: 0, to: WORD_BITS };
  const { offset } = reader.expect('[', '_ or bits as [x:y]');
  const from = Number(readValue(reader, BigInt(WORD_BITS)));
  reader.expect(':', 'the : of a range of bits');
  const to = Number(readValue(reader, BigInt(WORD_BITS)));
  reader.expect(']', 'the ] of a range of bits');
  if (from >= to)
    reader.fail('SYNTAX', offset, `the bits [${from}:${to}] are none`, 'write [0:3] for the three lowest');
  return { from, to };
}

function readValue(reader: LarkReader, most: bigint): bigint {
  const { text, offset } = reader.expect('number', 'a number');
  if (!/^(?:[0-9]{1,20}|0[xX][0-9a-fA-F]{1,16})$/.test(text)) {
    reader.fail(
      'SYNTAX',
      offset,
      `${text.slice(0, 40)} is no number`,
      'write decimal digits, or 0x and hexadecimal ones',
    );
  }
  const value = BigInt(text);
  if (value > most) reader.fail('SYNTAX', offset, `${text} is larger than ${most}`);
  return value;
}
