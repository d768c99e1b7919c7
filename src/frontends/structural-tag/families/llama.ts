import { callsInText, schema, tag } from './family.js';

/** https://www.llama.com/docs/model-cards-and-prompt-formats/llama3_1/ */
export const llama = callsInText({
  models: 'Llama 3, 3.1, 3.2',
  trigger: '{"name": ',
  call: ({ name, parameters }) => tag(`{"name": "${name}", "parameters": `, schema(parameters), '}'),
});
