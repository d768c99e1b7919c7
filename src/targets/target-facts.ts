import type { TargetName } from './target-report.js';

/** The version that the statements are about, and what holds of every schema. */
export const TARGET_FACTS: Readonly<Record<TargetName, { version: string; notes: readonly string[] }>> = {
  'openai-strict': {
    version: 'Structured Outputs with strict: true, as documented in February 2026',
    notes: [
      'from the published rules; the service itself may change at any time',
      'members come in the order of the schema',
    ],
  },
  llguidance: {
    version: 'llguidance 1.9.1, default options',
    notes: [
      'members come in the order of properties, then required, then others; others may come twice',
      'a name that is spelled with an escape is not seen to be a declared one',
      'bounded numbers have no exponent, integers no point; escapes other than \\n \\r \\t \\b \\f \\\\ \\" and control characters are off',
      'no white space before the first and after the last character of the value',
    ],
  },
  xgrammar: {
    version: 'XGrammar 0.2.8, strict_mode=False, any_whitespace=True',
    notes: [
      'members come in the order of properties, then others; others may come twice',
      'a name that is spelled with an escape is not seen to be a declared one; lone surrogates pass',
      'bounded numbers have no exponent and at most 6 decimals, integers no point and no -0',
      'objects in const and enum come without white space, and every text there in one spelling',
      'no white space before the first and after the last character of the value',
    ],
  },
  'llama.cpp': {
    version: "llama.cpp's json-schema-to-grammar, commit 011c6c3",
    notes: [
      'members come in the order of the schema, required ones first; other members are off unless additionalProperties is true or a schema',
      'other members may come twice',
      'numbers have at most 16 digits on each side of the point',
      'white space between tokens is at most a line end and 20 spaces',
      'a llama.cpp that is built with llguidance uses that instead: see the target llguidance',
    ],
  },
};
