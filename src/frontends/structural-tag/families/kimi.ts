import { callsInSection, digits, schema, sequence, THINK_MARKS, tag, text, thoughts } from './family.js';

const CALL = '<|tool_call_begin|>';

/** https://huggingface.co/moonshotai/Kimi-K2-Instruct/blob/main/docs/tool_call_guidance.md */
export const kimi = callsInSection({
  models: 'Kimi-K2, Kimi-K2.5',
  begin: '<|tool_calls_section_begin|>',
  trigger: '<|tool_calls_section_begin|>',
  end: '<|tool_calls_section_end|>',
  call: ({ name, parameters }) =>
    tag(
      `${CALL}functions.${name}:`,
      sequence(digits, text('<|tool_call_argument_begin|>'), schema(parameters)),
      '<|tool_call_end|>',
    ),
  excludes: [...THINK_MARKS, CALL],
  excludesWithoutTools: THINK_MARKS,
  reasoning: thoughts('</think>'),
});
