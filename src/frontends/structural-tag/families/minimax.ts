import { callsInSection, schema, sequence, tag, text, thoughts } from './family.js';

/** Chat template of MiniMax-M2.5. It always has a block of thoughts; without reasoning it is empty. */
export const minimax = callsInSection({
  models: 'MiniMax-M2.5, M2.7',
  begin: '<minimax:tool_call>\n',
  beforeBegin: '\n',
  trigger: '<minimax:tool_call>',
  end: '</minimax:tool_call>',
  call: ({ name, parameters }) =>
    tag(`<invoke name="${name}">\n`, schema(parameters, 'minimax_xml'), '</invoke>\n'),
  reasoning: {
    on: thoughts('</think>', '\n\n').on,
    off: sequence(text('\n</think>\n\n'), text('\n\n')),
  },
});
