import { callsInSection, schema, tag, thoughts } from './family.js';

/** https://huggingface.co/deepseek-ai/DeepSeek-V3.1/blob/main/tokenizer_config.json */
export const deepseekV31 = callsInSection({
  models: 'DeepSeek-V3.1, V3.2-Exp',
  begin: '<｜tool▁calls▁begin｜>',
  trigger: '<｜tool▁calls▁begin｜>',
  end: '<｜tool▁calls▁end｜>',
  call: ({ name, parameters }) =>
    tag(`<｜tool▁call▁begin｜>${name}<｜tool▁sep｜>`, schema(parameters), '<｜tool▁call▁end｜>'),
  reasoning: thoughts('</think>'),
});
