/** Cases of the test suite where a format's language differs from the suite's verdict, with the reason. */
export const FORMAT_EXCEPTIONS: ReadonlyMap<string, string> = new Map([]);
