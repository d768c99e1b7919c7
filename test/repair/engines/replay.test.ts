import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import type * as TypeScript from 'typescript';
import { findTypeScript } from '../../../src/repair/engines/typescript/find-typescript.js';
import { openProject } from '../../../src/repair/engines/typescript/project.js';
import { typescriptEngine } from '../../../src/repair/index.js';
import { type Place, placesOf, textAt, verdict } from './replay.js';

/**
 * Programs that are right are written again: at each name the rest of its line is taken away, and the engine must not exclude
 * the name. Declarations, types, keys and labels are asked about as well, as both kinds of slot.
 */

const full = process.env.GRAMMASK_TEST_FULL === '1';
const timeout = full ? 7_200_000 : 300_000;
t.setTimeout(timeout);

interface Source {
  readonly folder: URL;
  /** Which files of it, and every how manieth name of them. */
  readonly only: RegExp;
  readonly step: number;
}

const packages = new URL('../../../node_modules/', import.meta.url);
const programs = new URL('../../../../shared/repair-bench/programs/', import.meta.url);
const skipPrograms = existsSync(programs) ? false : 'the shared test data is not beside the checkout';

// All of them ship their sources in TypeScript under the MIT licence.
const sources: readonly Source[] = [
  { folder: new URL('@huggingface/jinja/', packages), only: /\/src\//, step: 6 },
  { folder: new URL('onnxruntime-common/lib/', packages), only: /./, step: 3 },
  { folder: new URL('eventsource-parser/src/', packages), only: /./, step: 1 },
  { folder: new URL('ajv/lib/', packages), only: /./, step: 12 },
  { folder: new URL('zod/src/', packages), only: /\/v4\/(core|classic)\/(?!tests)/, step: 40 },
  { folder: new URL('gpt-tokenizer/src/', packages), only: /./, step: 12 },
];

type Counts = Record<Place['kind'], { present: number; unknown: number }>;

const total: Counts = {
  member: { present: 0, unknown: 0 },
  value: { present: 0, unknown: 0 },
  other: { present: 0, unknown: 0 },
};

async function replay(t: Test, { folder, only, step }: Source): Promise<void> {
  const project = fileURLToPath(folder).replace(/\/$/, '');
  const opened = openProject(
    findTypeScript(project).ts,
    project,
    () => false,
    () => {},
  );
  const program = opened.service.getProgram() as TypeScript.Program;
  const engine = typescriptEngine({ project, deadlineMs: Infinity });
  t.teardown(() => engine.dispose());
  await engine.ready();
  const wrong: string[] = [];
  const found: Counts = structuredClone(total);
  for (const counts of Object.values(found)) counts.present = counts.unknown = 0;
  let left = 0;
  let index = 0;
  for (const file of program.getSourceFiles()) {
    const name = file.fileName.slice(project.length);
    if (!file.fileName.startsWith(`${project}/`) || name.includes('/node_modules/')) continue;
    if (file.isDeclarationFile || !only.test(name) || /test/.test(name)) continue;
    const text = readFileSync(file.fileName, 'utf8');
    const { places, faulty } = placesOf(program, file);
    left += faulty;
    for (const place of places) {
      index += 1;
      if (index % step !== 0 || (place.kind === 'other' && index % 5 !== 0)) continue;
      for (const slot of place.kind === 'other' ? ['value', 'member'] : [place.kind]) {
        const answer = await engine.complete({ slot, file: file.fileName, ...textAt(text, place.offset) });
        const said = verdict(place, answer);
        const { line } = file.getLineAndCharacterOfPosition(place.offset);
        if (said === 'present' || said === 'unknown') found[place.kind][said] += 1;
        else wrong.push(`${name}:${line + 1} ${place.name}, asked as ${slot}: ${said}`);
      }
    }
  }
  t.same(wrong, [], 'no name that stands there is excluded');
  t.equal(engine.stats.failures, 0);
  for (const kind of ['member', 'value', 'other'] as const) {
    total[kind].present += found[kind].present;
    total[kind].unknown += found[kind].unknown;
  }
  t.comment(`${JSON.stringify(found)}, left out as the compiler finds fault with them: ${left}`);
}

t.test('programs of the repair bench', { skip: skipPrograms, timeout }, (t) =>
  replay(t, { folder: programs, only: full ? /./ : /\/(triangle|proverb)\.ts$/, step: 1 }),
);

const skipPackages = full ? false : 'runs with GRAMMASK_TEST_FULL=1';
for (const source of sources) {
  const name = source.folder.href.slice(packages.href.length);
  t.test(`sources of ${name}`, { skip: skipPackages, timeout }, (t) => replay(t, source));
}

t.test('enough of them', { skip: skipPackages || skipPrograms }, async (t) => {
  const asked = ({ present, unknown }: Counts['member']): number => present + unknown;
  t.ok(asked(total.member) >= 700, `${asked(total.member)} members`);
  t.ok(asked(total.value) >= 900, `${asked(total.value)} references to values`);
  t.comment(JSON.stringify(total));
});
