import type { ProgramBuilder } from '../../program-builder.js';
import type { CharRange } from '../../program-format.js';
import { type FormatBuilder, patternExpr } from './format-patterns.js';
import { asciiName } from './host-names.js';
import { internationalName } from './idna.js';
import { ofLength } from './name-lengths.js';

/** Mail addresses: the production `Mailbox` of RFC 5321 §4.1.2, and of RFC 6531 §3.3 with characters beyond ASCII. */

const NON_ASCII = '\\u0080-\\u{10ffff}';
const ATOM = "A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~";
const MAX_LOCAL_OCTETS = 64;

function localPart(builder: ProgramBuilder, more: string, length: number): number {
  const atom = `[${ATOM}${more}]+`;
  const quoted = `"(?:[ !#-\\[\\]-~${more}]|\\\\[ -~])*"`;
  return builder.intersect([patternExpr(builder, `${atom}(?:\\.${atom})*|${quoted}`), length]);
}

/** Texts of at most so many octets in UTF-8. */
function octets(builder: ProgramBuilder, most: number): number {
  const sizes: readonly CharRange[] = [
    [0, 0x7f],
    [0x80, 0x7ff],
    [0x800, 0xffff],
    [0x10000, 0x10ffff],
  ];
  const chars = sizes.map((range) => builder.charSet([range]));
  const upTo: number[] = [builder.epsilon()];
  for (let length = 1; length <= most; length++) {
    const choices = chars
      .map((char, index) => [char, upTo[length - index - 1]] as const)
      .filter((choice): choice is readonly [number, number] => choice[1] !== undefined);
    upTo.push(builder.union([builder.epsilon(), ...choices.map((choice) => builder.concat(choice))]));
  }
  return upTo[most] as number;
}

/**
 * §4.1.3. Numbers of a dotted quad may have leading zeros here, and `::` stands for two groups at least. There is no
 * registered tag besides `IPv6`.
 */
function addressLiteral(builder: ProgramBuilder): number {
  const number = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|0?[0-9]{1,2})';
  const ipv4 = `${number}(?:\\.${number}){3}`;
  const group = '[0-9A-Fa-f]{1,4}';
  const groups = (most: number): string => `(?:${group}(?::${group}){0,${most - 1}})?`;
  const short = (most: number, tail: string): string => {
    const alternatives: string[] = [];
    for (let before = 0; before <= most; before++) {
      const head = before === 0 ? '' : `${group}(?::${group}){${before - 1}}`;
      const rest = most - before;
      alternatives.push(
        `${head}::${tail === '' ? (rest === 0 ? '' : groups(rest)) : `(?:${group}:){0,${rest}}${tail}`}`,
      );
    }
    return alternatives.join('|');
  };
  const ipv6 = [
    `${group}(?::${group}){7}`,
    short(6, ''),
    `${group}(?::${group}){5}:${ipv4}`,
    short(4, ipv4),
  ].join('|');
  return patternExpr(builder, `\\[(?:${ipv4}|[Ii][Pp][Vv]6:(?:${ipv6}))\\]`);
}

function mailbox(builder: ProgramBuilder, local: number, name: number): number {
  return builder.concat([local, builder.literal('@'), builder.union([name, addressLiteral(builder)])]);
}

export const emailFormat: FormatBuilder = (builder) =>
  mailbox(builder, localPart(builder, '', ofLength(builder, 0, MAX_LOCAL_OCTETS)), asciiName(builder));
export const idnEmailFormat: FormatBuilder = (builder) =>
  mailbox(
    builder,
    localPart(builder, NON_ASCII, octets(builder, MAX_LOCAL_OCTETS)),
    internationalName(builder, '.', false),
  );
