// Formats the C++ sources, or with --check says which are not formatted.
import { installHint, isMain, listFiles, onPath, run, runMain, SetupError } from './tools.mjs';

const version = 19;

function findClangFormat() {
  const named = onPath(`clang-format-${version}`);
  if (named) return named;
  const plain = onPath('clang-format');
  // Another version formats differently.
  if (plain && run(plain, ['--version']).output.includes(`version ${version}.`)) return plain;
  throw new SetupError(`clang-format ${version} is missing. Install it: ${installHint('clang-format')}`);
}

function formatNative({ check }) {
  const program = findClangFormat();
  const files = listFiles('native').filter((file) => /\.(h|cc)$/.test(file));
  if (files.length === 0) return;
  const result = run(program, [...(check ? ['--dry-run', '--Werror'] : ['-i']), ...files]);
  if (!result.ok) {
    const bad = [...new Set(result.output.match(/^[^\s:]+(?=:\d+:\d+: error)/gm))];
    throw new SetupError(`these files are not formatted (npm run format does it):\n  ${bad.join('\n  ')}`);
  }
  console.log(`${files.length} C++ files ${check ? 'checked' : 'formatted'}`);
}

if (isMain(import.meta)) await runMain(() => formatNative({ check: process.argv.includes('--check') }));
