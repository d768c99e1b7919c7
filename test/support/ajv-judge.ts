import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';

const CLASSES = { '2020-12': Ajv2020, '2019-09': Ajv2019, '7': Ajv } as const;

/** The drafts that ajv knows. */
export type AjvDraft = keyof typeof CLASSES;

/** A schema as ajv judges values; formats are annotations. Throws what ajv throws. */
export function ajvJudge(schema: unknown, draft: AjvDraft): (value: unknown) => boolean {
  // One instance each: a schema with an identifier would stay in it.
  const ajv = new CLASSES[draft]({
    meta: false,
    validateSchema: false,
    strict: false,
    validateFormats: false,
    ownProperties: true,
    logger: false,
  });
  const validate = ajv.compile(schema as object);
  return (value) => validate(value) as boolean;
}
