import { dsmlFamily } from './deepseek-v3-2.js';

export const deepseekV4 = dsmlFamily('DeepSeek-V4', 'tool_calls');
