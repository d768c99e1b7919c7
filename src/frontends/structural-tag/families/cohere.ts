import { callsInSection, digits, schema, sequence, tag, text, thoughts } from './family.js';

/** Command models with calls as XML. */
export const cohere = callsInSection({
  models: 'Command with XML calls',
  begin: '<cofl:tool_calls>',
  trigger: '<cofl:tool_calls>',
  end: '</cofl:tool_calls>',
  call: ({ name, parameters }) =>
    tag(
      '<cofl:tool_call id="',
      sequence(digits, text(`" name="${name}">`), schema(parameters, 'cohere_xml')),
      '</cofl:tool_call>',
    ),
  excludes: ['<|START_THINKING|>', '<|END_THINKING|>'],
  reasoning: thoughts('<|END_THINKING|>'),
});
