import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GrammaskError } from '../errors.js';

const packageRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const overrideName = 'GRAMMASK_NATIVE_PATH';

/** A place where the native engine may lie. */
interface Candidate {
  what: string;
  path: string;
}

let loaded: { addon: unknown } | undefined;

/**
 * The native engine, loaded once for this thread. The places, in this order: the file that the environment
 * variable `GRAMMASK_NATIVE_PATH` names (then nothing else is tried), the build of this folder, the prebuilt
 * binary of this platform.
 *
 * @throws GrammaskError `STATE` with the reason of each place, and the command that builds the engine.
 */
export function loadNative(): unknown {
  loaded ??= { addon: loadFirst(candidates(process.env[overrideName])) };
  return loaded.addon;
}

function candidates(override: string | undefined): Candidate[] {
  if (override !== undefined && override !== '') {
    return [{ what: overrideName, path: resolve(override) }];
  }
  return [
    { what: 'build of this folder', path: join(packageRoot, 'build', 'Release', 'grammask.node') },
    { what: 'prebuilt binary', path: join(packageRoot, 'prebuilds', platformName(), 'grammask.node') },
  ];
}

function loadFirst(places: readonly Candidate[]): unknown {
  const reasons: string[] = [];
  for (const { what, path } of places) {
    try {
      // Not `require`, which would run a file of another kind as a program.
      const module = { exports: {} as unknown };
      process.dlopen(module, path);
      return module.exports;
    } catch (error) {
      reasons.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const script = join(packageRoot, 'scripts', 'build-native.mjs');
  const build = `build it with: node ${JSON.stringify(script)}`;
  throw new GrammaskError(
    'STATE',
    `the native engine could not be loaded for ${platformName()}:\n  ${reasons.join('\n  ')}`,
    {
      hint:
        places[0]?.what === overrideName ? `let ${overrideName} name a build, or unset it; ${build}` : build,
      location: { path: places[0]?.path ?? packageRoot },
    },
  );
}

function platformName(): string {
  const musl = process.platform === 'linux' && isMusl() ? '-musl' : '';
  return `${process.platform}-${process.arch}${musl}`;
}

function isMusl(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}
