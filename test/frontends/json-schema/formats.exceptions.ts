/** Cases of the test suite where a format's language differs from the suite's verdict, with the reason. */
export const FORMAT_EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  [
    `idn-hostname "${'ü'.repeat(60)}"`,
    'the length of a label is counted in code points; its A-label is longer than 63 octets',
  ],
  [
    'regex "(?<n>a)\\\\k<n>"',
    'back-references are refused: that their group exists cannot be checked by a finite automaton',
  ],
]);
