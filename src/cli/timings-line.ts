import type { GenerateTimings } from '../generate/timings.js';
import { median, ms } from './output.js';

/** The time of every part of a generation, in one or two lines. */
export function timingsLines(timings: GenerateTimings): string[] {
  const { tokens, perToken } = timings;
  const answer = tokens.sampled + tokens.forced + tokens.closed;
  const parts = [
    `tokenize ${ms(timings.tokenize)}`,
    `compile ${ms(timings.compile)}`,
    `first mask ${ms(timings.firstMask)}`,
    `prompt ${ms(timings.prefill)}`,
    `total ${ms(timings.total)}`,
  ];
  const perTokenParts = [
    `model ${ms(median(perToken.forward))}`,
    `mask ${ms(median(perToken.mask))}`,
    `mask wait ${ms(median(perToken.maskWait))}`,
    `sample ${ms(median(perToken.sample))}`,
  ];
  const kinds = [`${tokens.sampled} sampled`, `${tokens.forced} forced`];
  if (tokens.closed > 0) kinds.push(`${tokens.closed} closing`);
  return [
    `${tokens.prompt} + ${answer} tokens (${kinds.join(', ')}): ${parts.join(', ')}`,
    `a token (median): ${perTokenParts.join(', ')}`,
  ];
}
