import { callsInText, schema, tag, thoughts } from './family.js';

/** https://qwen.readthedocs.io/en/latest/framework/function_call.html */
export const qwen3 = callsInText({
  models: 'Qwen3, Qwen3-Next',
  trigger: '<tool_call>',
  call: ({ name, parameters }) =>
    tag(`<tool_call>\n{"name": "${name}", "arguments": `, schema(parameters), '}\n</tool_call>'),
  reasoning: thoughts('</think>', '\n\n'),
});
