import { GrammaskError } from './errors.js';

/** The error of a file that cannot be read, from what Node says. */
export function unreadable(path: string, cause: unknown): GrammaskError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    const hint = 'check the path';
    return new GrammaskError('ARGUMENT', `there is no file ${path}`, { hint, location: { path }, cause });
  }
  if (code === 'EISDIR') {
    const hint = 'name a file in it';
    return new GrammaskError('ARGUMENT', `${path} is a folder`, { hint, location: { path }, cause });
  }
  return new GrammaskError('ARGUMENT', `the file cannot be read: ${message}`, { location: { path }, cause });
}
