import { cohere } from './cohere.js';
import { deepseekR1 } from './deepseek-r1.js';
import { deepseekV31 } from './deepseek-v3-1.js';
import { deepseekV32 } from './deepseek-v3-2.js';
import { deepseekV4 } from './deepseek-v4.js';
import { exaone } from './exaone.js';
import type { ToolFamily } from './family.js';
import { glm47 } from './glm-4-7.js';
import { harmony } from './harmony.js';
import { kimi } from './kimi.js';
import { kimiK3 } from './kimi-k3.js';
import { llama } from './llama.js';
import { minimax } from './minimax.js';
import { qwen3 } from './qwen-3.js';
import { qwen3Coder } from './qwen-3-coder.js';

/** The families of models by the names that `Grammar.toolCall` takes. */
export const TOOL_FAMILIES: ReadonlyMap<string, ToolFamily> = new Map([
  ['llama', llama],
  ['qwen_3', qwen3],
  ['qwen_3_5', qwen3Coder],
  ['qwen_3_coder', qwen3Coder],
  ['kimi', kimi],
  ['kimi_k3', kimiK3],
  ['deepseek_r1', deepseekR1],
  ['deepseek_v3_1', deepseekV31],
  ['deepseek_v3_2', deepseekV32],
  ['deepseek_v4', deepseekV4],
  ['harmony', harmony],
  ['minimax', minimax],
  ['glm_4_7', glm47],
  ['cohere', cohere],
  ['exaone', exaone],
]);
