import { callsInText, schema, THINK_MARKS, tag, thoughts } from './family.js';

// Control tokens: outside of a call they would be read as the beginning of one.
const INSIDE_CALL = ['</tool_call>', '<arg_key>', '</arg_key>', '<arg_value>', '</arg_value>'];
const NO_CALL = [...THINK_MARKS, '<tool_call>', ...INSIDE_CALL];

/** Chat template of GLM-4.7. */
export const glm47 = callsInText({
  models: 'GLM-4.7, GLM-5',
  trigger: '<tool_call>',
  call: ({ name, parameters }) => tag(`<tool_call>${name}`, schema(parameters, 'glm_xml'), '</tool_call>'),
  excludes: [...THINK_MARKS, ...INSIDE_CALL],
  excludesWithoutTools: NO_CALL,
  reasoning: thoughts('</think>', '', NO_CALL),
});
