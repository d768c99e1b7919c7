// Programs of native/bench, built where they are not yet.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file for such a program, below the folder of builds. */
export const scratchFile = (name: string): string => join(root, '.build', 'bench', name);

/** The JSON that a program prints; undefined, with a message, where it cannot be built here. */
export function runNativeTool<Printed>(name: string, args: readonly string[]): Printed | undefined {
  const commands: [string, string[]][] = [
    ['cmake', ['--preset', 'release']],
    ['cmake', ['--build', '--preset', 'release', '--target', name]],
    [join(root, '.build', 'release', name), [...args]],
  ];
  let printed = '';
  for (const [command, given] of commands) {
    const { status, stdout, stderr, error } = spawnSync(command, given, { cwd: root, encoding: 'utf8' });
    if (status !== 0) {
      console.error(`${name} left out: ${command}: ${error?.message ?? `${stdout}${stderr}`}`);
      return undefined;
    }
    printed = stdout;
  }
  return JSON.parse(printed) as Printed;
}
