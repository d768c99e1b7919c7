// `find`, `flip` and `verify`, of a model of this process or of a server.
import { type FindOptions, type FindReport, find as findInModel } from './find.js';
import { type FlipOptions, type FlipReport, flip as flipInModel } from './flip.js';
import {
  findAtServer,
  flipAtServer,
  type HttpFindOptions,
  type HttpFlipOptions,
  type HttpVerifyOptions,
  verifyAtServer,
} from './http/http-find.js';
import type { HttpFindReport, HttpFlipReport, HttpVerifyReport } from './http/http-reports.js';
import { isHttpTarget } from './http/http-target.js';
import type { SweepReport } from './sweep-report.js';
import type { SystemOptions } from './system.js';
import { type VerifyReport, verify as verifyInModel } from './verify.js';

/**
 * Looks for a text that makes the model give a target. What is not found is not proved to be out of reach, but where every text was
 * read. A server is asked as a black box; nothing of it is ever proved.
 *
 * @throws GrammaskError `ARGUMENT`, `UNSUPPORTED`, `TOKEN_RANGE`, `UNSATISFIABLE`, `LOGITS`, `ABORTED`, and what the model throws;
 *   `ENGINE` where a server gives no answers
 */
export function find(options: FindOptions): Promise<FindReport>;
export function find(options: HttpFindOptions): Promise<HttpFindReport>;
export async function find(options: FindOptions | HttpFindOptions): Promise<FindReport | HttpFindReport> {
  return isOfServer<HttpFindOptions>(options) ? findAtServer(options) : findInModel(options as FindOptions);
}

/**
 * Looks for the shortest text that changes the answer. The least number of symbols lies in `least`: below `lower` every text was
 * read, and none changes it; `upper` is a text that does. Of a server `lower` is 0.
 *
 * @throws GrammaskError `ARGUMENT` where the answer to the empty text is not known; and as `find`
 */
export function flip(options: FlipOptions): Promise<FlipReport>;
export function flip(options: HttpFlipOptions): Promise<HttpFlipReport>;
export async function flip(options: FlipOptions | HttpFlipOptions): Promise<FlipReport | HttpFlipReport> {
  return isOfServer<HttpFlipOptions>(options) ? flipAtServer(options) : flipInModel(options as FlipOptions);
}

/**
 * Reads every witness of a report again.
 *
 * @param report what `sweep`, `find` or `flip` gave, or the same as parsed JSON
 * @param options the model or the server, the prompt, the control and the readout, as they were
 * @throws GrammaskError `ARGUMENT` for what is no such report, and as `find`
 */
export function verify(
  report: SweepReport | FindReport | FlipReport,
  options: SystemOptions,
): Promise<VerifyReport>;
export function verify(
  report: HttpFindReport | HttpFlipReport,
  options: HttpVerifyOptions,
): Promise<HttpVerifyReport>;
export async function verify(
  report: SweepReport | FindReport | FlipReport | HttpFindReport | HttpFlipReport,
  options: SystemOptions | HttpVerifyOptions,
): Promise<VerifyReport | HttpVerifyReport> {
  return isOfServer<HttpVerifyOptions>(options)
    ? verifyAtServer(report as HttpFindReport, options)
    : verifyInModel(report as FindReport, options as SystemOptions);
}

function isOfServer<Options>(options: unknown): options is Options {
  return isHttpTarget((options as { model?: unknown } | undefined)?.model);
}
