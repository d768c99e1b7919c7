import { GrammaskError } from '../../src/index.js';
import type { Finding } from './findings.js';
import { OutOfTime, WaysDiffer } from './text-walk.js';

/** An error on the way to a grammar, or while a text is looked at, as a finding. */
export function faultOf(error: unknown, isCompiling: boolean): Pick<Finding, 'fault' | 'reason'> {
  if (error instanceof OutOfTime) return { fault: 'time-out', reason: error.message };
  if (error instanceof WaysDiffer) return { fault: 'ways differ', reason: error.message };
  if (!GrammaskError.isInstance(error)) {
    return {
      fault: 'error',
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
  const reason = error.toString();
  if (error.code === 'DEADLINE') return { fault: 'time-out', reason };
  return { fault: isCompiling && isRefusal(error) ? 'refused' : 'error', reason };
}

/** A refusal says what in the schema it is about, or which limit ran out. */
function isRefusal({ code, location }: GrammaskError): boolean {
  if (code === 'UNSUPPORTED' || code === 'SCHEMA' || code === 'SYNTAX') return location !== undefined;
  return code === 'MEMORY';
}
