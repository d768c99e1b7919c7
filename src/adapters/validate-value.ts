import { GrammaskError } from '../errors.js';
import { type StandardIssue, standardOf } from './standard-schema.js';

// An error tells so many of them; `cause.issues` has all.
const mostIssues = 5;

/**
 * The value as a library's schema puts it out: with its defaults and transforms, checked by what JSON Schema cannot say.
 * A schema without validation leaves it as it is.
 *
 * @throws GrammaskError `INVALID` where the validation finds fault or throws; its `cause` has `issues` (empty where it threw),
 *   `value` and, where it threw, `error`
 */
export async function validatedValue(schema: unknown, value: unknown): Promise<unknown> {
  const standard = standardOf(schema);
  if (typeof standard?.validate !== 'function') return value;
  const { vendor } = standard;
  let result: Awaited<ReturnType<typeof standard.validate>>;
  try {
    result = await standard.validate(value);
  } catch (error) {
    throw invalid(`${vendor} threw: ${(error as Error)?.message ?? String(error)}`, [], value, error);
  }
  if (result.issues === undefined) return result.value;
  const issues = [...result.issues];
  const shown = issues.slice(0, mostIssues).map(({ message, path }) => `${placeOf(path)}${message}`);
  if (issues.length > shown.length) shown.push(`and ${issues.length - shown.length} more`);
  throw invalid(`${vendor} says ${shown.join('; ')}`, issues, value);
}

function invalid(
  why: string,
  issues: readonly StandardIssue[],
  value: unknown,
  error?: unknown,
): GrammaskError {
  return new GrammaskError('INVALID', `the answer fits the JSON Schema, and not the schema: ${why}`, {
    hint: 'JSON Schema cannot say this check: say it with bounds, a pattern or an enum where it can, or draw again with another seed',
    cause: error === undefined ? { issues, value } : { issues, value, error },
  });
}

/** "/items/0: ", as a JSON Pointer into the value. */
function placeOf(path: StandardIssue['path']): string {
  if (path === undefined || path.length === 0) return '';
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return `${keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}: `;
}
