import t from 'tap';
import { Compiler, generationStyle } from '../../src/index.js';
import { seededRandom } from '../support/seeded-random.js';
import { compareLanguage, newCoverage } from './compare.js';
import type { LanguageSpec } from './language-spec.js';
import { smallTestVocabulary } from './test-vocabulary.js';

/** Small languages in which the engine and the oracle once differed. */
const regressions: [name: string, LanguageSpec][] = [
  [
    'a branch beside one that allows everything declares its names',
    {
      kind: 'schema',
      text: '{"anyOf":[{"type":"object","properties":{"a":{"type":"array"}}},{}]}',
      style: generationStyle,
    },
  ],
  [
    'the same below a member, with additionalProperties as an object',
    {
      kind: 'schema',
      text: '{"properties":{"a":{"anyOf":[{"required":["b"],"additionalProperties":{"type":"null"}},true]}}}',
      style: generationStyle,
    },
  ],
  [
    'names come in the order of first mention, whichever keyword mentions them',
    {
      kind: 'schema',
      text: '{"anyOf":[{"properties":{"a":{},"b":{}}},{"type":"null"}],"type":"object","properties":{"b":{},"kind":{}}}',
      style: generationStyle,
    },
  ],
  [
    'the order is that of the place, not that of the definitions',
    {
      kind: 'schema',
      text: '{"$defs":{"x":{"properties":{"a":{}}},"y":{"properties":{"b":{}}}},"items":{"allOf":[{"$ref":"#/$defs/y"},{"$ref":"#/$defs/x"}]},"anyOf":[{"$ref":"#/$defs/x"},true]}',
      style: generationStyle,
    },
  ],
  [
    'how long a text is decides what a pattern may still go on with',
    {
      kind: 'schema',
      text: '{"type":"string","pattern":"^a{0,5}(bb)*(c(ddd)*)?$","minLength":38,"maxLength":38}',
      style: { whitespace: 'compact', spelling: 'canonical' },
    },
  ],
  [
    'white space stands inside of one text and around another',
    {
      kind: 'concat',
      parts: [
        {
          kind: 'schema',
          text: '{"type":["array","integer"],"items":{"type":"integer"}}',
          style: { whitespace: 'inside' },
        },
        { kind: 'choice', texts: [' ', ''] },
        {
          kind: 'schema',
          text: '{"type":["integer","object"]}',
          style: { whitespace: 'inside', keyOrder: 'schema' },
        },
      ],
    },
  ],
  [
    'a token that is named and has a text is allowed by either',
    {
      kind: 'union',
      parts: [
        { kind: 'token', id: 300 - 2 },
        { kind: 'choice', texts: ['ab', 'a'] },
      ],
    },
  ],
];

const vocabulary = smallTestVocabulary();
const compiler = new Compiler(vocabulary.engine);
for (const [name, spec] of regressions) {
  t.test(name, async (t) => {
    const coverage = newCoverage();
    const random = seededRandom(1);
    compareLanguage(spec, coverage, { compiler, vocabulary, random, limit: 100, length: 16 });
    t.strictSame(coverage.differences, []);
    t.ok(coverage.configurations > 0);
  });
}
