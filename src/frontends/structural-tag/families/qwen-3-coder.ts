import { callsInText, schema, tag, thoughts } from './family.js';

/** https://huggingface.co/Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8/blob/main/chat_template.jinja */
export const qwen3Coder = callsInText({
  models: 'Qwen3-Coder, Qwen3-Coder-Next, Qwen3.5, Qwen3.6',
  trigger: '<tool_call>\n<function=',
  call: ({ name, parameters }) =>
    tag(`<tool_call>\n<function=${name}>\n`, schema(parameters, 'qwen_xml'), '\n</function>\n</tool_call>'),
  reasoning: thoughts('</think>', '\n\n'),
});
