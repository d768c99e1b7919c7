import { callsInSection, schema, type ToolFamily, tag, thoughts } from './family.js';

/** Calls as tags of the markup language DSML; the name of the section differs by version. */
export function dsmlFamily(models: string, section: string): ToolFamily {
  return callsInSection({
    models,
    begin: `<｜DSML｜${section}>\n`,
    beforeBegin: '\n\n',
    trigger: `<｜DSML｜${section}>`,
    end: `</｜DSML｜${section}>`,
    call: ({ name, parameters }) =>
      tag(`<｜DSML｜invoke name="${name}">\n`, schema(parameters, 'deepseek_xml'), '</｜DSML｜invoke>\n'),
    reasoning: thoughts('</think>'),
  });
}

/** https://huggingface.co/deepseek-ai/DeepSeek-V3.2 */
export const deepseekV32 = dsmlFamily('DeepSeek-V3.2', 'function_calls');
