import {
  anyText,
  type CallableTool,
  type Format,
  schema,
  separated,
  sequence,
  type ToolFamily,
  tag,
  text,
} from './family.js';

const MESSAGE_ENDS = ['<|end|>', '<|return|>'];
const BETWEEN = '<|start|>assistant';
const final = tag('<|channel|>final<|message|>', anyText(), MESSAGE_ENDS);
const analysis = tag('<|channel|>analysis<|message|>', anyText(), MESSAGE_ENDS);
const star = (...elements: readonly Format[]): Format => ({ type: 'star', content: sequence(...elements) });
const or = (elements: readonly Format[]): Format => ({ type: 'or', elements });

function callTags({ name, parameters, isBuiltin }: CallableTool): Format[] {
  const begins = isBuiltin
    ? [`<|channel|>commentary to=${name} code`, ` to=${name}<|channel|>commentary code`]
    : [
        `<|channel|>commentary to=functions.${name}<|constrain|>json`,
        ` to=functions.${name}<|channel|>commentary <|constrain|>json`,
        ` to=functions.${name}<|channel|>commentary json`,
      ];
  return begins.map((begin) => tag(`${begin}<|message|>`, schema(parameters), '<|call|>'));
}

/** Messages in channels: https://developers.openai.com/cookbook/articles/openai-harmony */
export const harmony: ToolFamily = {
  models: 'gpt-oss',
  hasBuiltinTools: true,
  format({ tools, mode, reasoning }) {
    const calls = tools.flatMap(callTags);
    const thoughts = reasoning ? [analysis] : [];
    if (mode === 'auto') return separated([...calls, final, ...thoughts], BETWEEN, false);
    // Thoughts may come before the call that must come, further messages behind it.
    const before = reasoning ? [star(analysis, text(BETWEEN))] : [];
    const behind = mode === 'required' ? [star(text(BETWEEN), or([...calls, ...thoughts]))] : [];
    return sequence(...before, or(calls), ...behind);
  },
};
