import { validatedValue } from '../adapters/validate-value.js';
import { watchAbort } from './abort.js';
import type { DecodeOutcome } from './decode.js';
import type { GenerateRequest } from './options.js';
import { openSecondOpinion } from './second-opinion.js';

/** Makes the value of an answer. */
export type FinishValue = (outcome: DecodeOutcome) => Promise<unknown>;

/**
 * What becomes of a finished text: with `schema`, the parsed JSON, once the second opinion agrees where one is wanted, and
 * then what the schema's library makes of it.
 *
 * @throws GrammaskError `ARGUMENT` and `UNSUPPORTED` for a second opinion that cannot be had. The function that it gives
 *   throws `VERIFY`, `INVALID`, `ABORTED`
 */
export async function prepareFinish({ constraint, signal }: GenerateRequest): Promise<FinishValue> {
  const schema = constraint?.schema;
  if (schema === undefined) return async ({ text }) => text;
  const check = schema.verify === 'ajv' ? await openSecondOpinion(schema) : undefined;
  return async ({ text, isComplete, timings }) => {
    if (!isComplete) return undefined;
    const started = performance.now();
    // JSON.parse makes an own member of "__proto__", as of every name.
    const value: unknown = JSON.parse(text);
    const watch = watchAbort(signal);
    try {
      check?.(value);
      return await watch.race(validatedValue(schema.source, value));
    } finally {
      watch.end();
      timings.validate = performance.now() - started;
      timings.total += timings.validate;
    }
  };
}
