import { callsInSection, schema, tag, thoughts } from './family.js';

/** https://huggingface.co/deepseek-ai/DeepSeek-R1/blob/main/tokenizer_config.json */
export const deepseekR1 = callsInSection({
  models: 'DeepSeek-R1, R1-0528',
  begin: '<｜tool▁calls▁begin｜>',
  trigger: '<｜tool▁calls▁begin｜>',
  end: '<｜tool▁calls▁end｜>',
  separator: '\n',
  call: ({ name, parameters }) =>
    tag(
      `<｜tool▁call▁begin｜>function<｜tool▁sep｜>${name}\n\`\`\`json\n`,
      schema(parameters),
      '\n```<｜tool▁call▁end｜>',
    ),
  reasoning: thoughts('</think>'),
});
