import {
  anyText,
  type CallableTool,
  digits,
  type Format,
  schema,
  separated,
  sequence,
  type ToolFamily,
  tag,
  text,
} from './family.js';

const block = (name: string): [string, string] => [`<|open|>${name}<|sep|>`, `<|close|>${name}<|sep|>`];
const [, THINK_END] = block('think');
const [RESPONSE, RESPONSE_END] = block('response');
const [TOOLS, TOOLS_END] = block('tools');
const free = anyText(['<|open|>', '<|close|>']);

function call({ name, parameters }: CallableTool): Format {
  const inside = sequence(digits, text('"<|sep|>'), schema(parameters, 'kimi_k3_xml'));
  return tag(`<|open|>call tool="${name}" index="`, inside, '<|close|>call<|sep|>');
}

/**
 * A message in blocks: thoughts, response, tools. The prompt has opened the first one. Chat template of Kimi-K3.
 */
export const kimiK3: ToolFamily = {
  models: 'Kimi-K3',
  format({ tools, mode, reasoning }) {
    const blocks: Format[] = [];
    if (reasoning) blocks.push(tag('', free, THINK_END));
    blocks.push(tag(reasoning ? RESPONSE : '', free, RESPONSE_END));
    const calls = tools.map(call);
    const [first] = calls;
    if (first !== undefined) {
      const section = tag(TOOLS, mode === 'forced' ? first : separated(calls, ''), TOOLS_END);
      blocks.push(mode === 'auto' ? { type: 'optional', content: section } : section);
    }
    return sequence(...blocks, text('<|close|>message<|sep|>'));
  },
};
