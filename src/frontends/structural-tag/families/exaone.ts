import { callsInText, schema, tag, thoughts } from './family.js';

/** https://huggingface.co/LGAI-EXAONE/EXAONE-4.0-32B */
export const exaone = callsInText({
  models: 'EXAONE 4.0',
  trigger: '<tool_call>',
  call: ({ name, parameters }) =>
    tag(`<tool_call>{"name": "${name}", "arguments": `, schema(parameters), '}</tool_call>'),
  reasoning: thoughts('</think>', '\n\n'),
});
