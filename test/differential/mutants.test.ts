import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { typescriptArguments } from '../support/typescript-arguments.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const addon = join(root, '.build', 'release', 'grammask_mutants.node');
const child = join(root, 'test', 'differential', 'mutant-child.ts');

/** The faults, by the number that the environment variable GRAMMASK_MUTANT chooses. */
const mutants = [
  'maxLength is one too large',
  'maxItems is one too large',
  'declared names that were seen are forgotten',
  'masks leave out the tokens that run beyond an island',
  'a union of parents keeps one side only',
  'a rule that is complete is not the left corner of another',
  'a low surrogate may be any surrogate',
  'an exclusive bound is inclusive',
  'required names may be skipped in schema order',
  'cached masks do not tell stacks apart',
  'alternatives that begin with their own rule are left out where other rules follow',
  'any rule at the end of a rule is taken for the one that is being read',
];

t.setTimeout(900_000);

function build(): string | undefined {
  for (const args of [
    ['--preset', 'release', '-DGRAMMASK_TESTS=OFF'],
    ['--build', '--preset', 'release', '--target', 'grammask_mutants'],
  ]) {
    const { status, error, stdout, stderr } = spawnSync('cmake', args, { cwd: root, encoding: 'utf8' });
    if (error !== undefined) return 'cmake is missing, which the build with seeded faults needs';
    if (status !== 0)
      throw new Error(`cmake ${args.join(' ')}:\n${stdout.slice(-2000)}${stderr.slice(-2000)}`);
  }
  return undefined;
}

function run(mutant: number, configurations: number): { configurations: number; differences: string[] } {
  const { stdout, stderr, status, signal } = spawnSync(
    process.execPath,
    [...typescriptArguments, child, String(configurations)],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: 300_000,
      env: { ...process.env, GRAMMASK_NATIVE_PATH: addon, GRAMMASK_MUTANT: String(mutant), NODE_OPTIONS: '' },
    },
  );
  if (status !== 0)
    throw new Error(`mutant ${mutant} ended with ${signal ?? status}: ${stderr.slice(-1000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string);
}

const missing = build();

t.test('without a fault there is no difference', { skip: missing ?? false }, async (t) => {
  t.strictSame(run(0, 1_500).differences, []);
});

for (const [index, name] of mutants.entries()) {
  t.test(`the suite catches the fault: ${name}`, { skip: missing ?? false }, async (t) => {
    const { configurations, differences } = run(index + 1, 20_000);
    t.equal(differences.length, 1, `after ${configurations} configurations`);
    t.comment(`after ${configurations} configurations: ${differences[0]}`);
  });
}
