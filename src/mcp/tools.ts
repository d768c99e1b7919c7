import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { GrammaskError } from '../errors.js';
import type { NameSource } from '../repair/candidates/names.js';
import { type Hole, holeAt, holesFromDiagnostics, parseRange } from '../repair/holes.js';
import { type CheckReport, type Patch, patchJson } from '../repair/patch.js';
import type { ProposePatches } from '../repair/propose.js';
import { checkContent, contentHash, linesOf, readSource } from '../repair/source-text.js';
import { patchedText } from '../repair/unified-diff.js';
import { compareReports } from '../repair/validate/compare.js';
import type { Validator } from '../repair/validate/validator.js';
import type { JsonObject } from '../tokenizer/json-value.js';
import type { ProjectRoot } from './project-root.js';
import { inputSchema, type McpTool, type PropertySchema } from './tool.js';

/** Who knows names. Texts are passed in the calls; of other files it is to `refresh` what it has read before. */
export interface NamesOfTexts extends NameSource {
  refresh?(): Promise<void>;
}

/** What the tools work with. A tool whose part is absent is not offered. */
export interface McpServices {
  readonly root: ProjectRoot;
  readonly validator: Validator;
  /** Whether the validator has a test command. */
  readonly hasTests: boolean;
  /** For `complete_at`. */
  readonly engine?: NamesOfTexts | undefined;
  /** For `propose_patches`. */
  readonly propose?: ProposePatches | undefined;
}

/** Diagnostics, names and patches of an answer: it is read by a model. */
const MOST = { diagnostics: 50, names: 300, patches: 20 } as const;

const file: PropertySchema = { type: 'string', description: 'Path of the file relative to the project' };
const range: PropertySchema = {
  type: 'string',
  description: 'Lines 12 or 12-14, or a part 12:5-12:9 (line:column from 1, the end not included)',
};
const contentOf = (what: string): PropertySchema => ({ type: 'string', description: what });
const whole = contentOf('The whole text of the file as it is now, with all unsaved changes');

/** The tools that the services allow. */
export function createTools(services: McpServices): McpTool[] {
  const { engine, propose } = services;
  return [
    checkEdit(services),
    ...(engine === undefined ? [] : [completeAt(services, engine)]),
    ...(propose === undefined ? [] : [proposePatches(services, propose)]),
    validatePatch(services),
  ];
}

function checkEdit({ root, validator }: McpServices): McpTool {
  return {
    name: 'check_edit',
    title: 'Check an edit',
    description:
      'Type-checks the project with the given text in the place of a file, and compares with the text before. The texts are passed in the call, nothing is written. status is clean, errors or unknown (not checked in time: neither good nor bad). hash tells which text was checked.',
    inputSchema: inputSchema(
      {
        file,
        content: contentOf('The whole text of the file after the edit'),
        before: contentOf('The whole text before the edit. Default: the file on the disk'),
      },
      ['file', 'content'],
    ),
    async run(input, signal) {
      const name = await root.sourceFile(input.string('file'));
      const content = input.string('content');
      const old = input.optionalString('before') ?? (await onDisk(root, name));
      const before = old === undefined ? undefined : await validator.check(name, old, { signal });
      const after = await validator.check(name, content, { signal, refresh: before === undefined });
      const difference =
        before === undefined
          ? undefined
          : compareReports(before, after, name, { start: 0, end: content.length });
      return {
        file: name,
        status: after.status,
        hash: after.hash,
        before: before === undefined ? null : reportJson(before),
        after: reportJson(after),
        introduced: difference?.introduced.slice(0, MOST.diagnostics) ?? null,
        resolved: difference?.resolved.slice(0, MOST.diagnostics) ?? null,
      };
    },
  };
}

function completeAt({ root }: McpServices, engine: NamesOfTexts): McpTool {
  return {
    name: 'complete_at',
    title: 'Names at a place',
    description:
      'The names that exist at a place of the given text: members after a dot, else values in scope. status unknown means that they could not be found out; complete false that there may be others.',
    inputSchema: inputSchema(
      {
        file,
        content: whole,
        line: { type: 'integer', minimum: 1, description: 'Line from 1' },
        column: { type: 'integer', minimum: 1, description: 'Column from 1, in UTF-16 units' },
      },
      ['file', 'content', 'line', 'column'],
    ),
    async run(input, signal) {
      const name = await root.sourceFile(input.string('file'));
      const content = input.string('content');
      const place = {
        line: input.optionalInteger('line') ?? 0,
        column: input.optionalInteger('column') ?? 0,
      };
      const { start } = holeAt(name, content, { start: place, end: place });
      const typed = /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(content.slice(0, start))?.[0] ?? '';
      const offset = start - typed.length;
      const slot = /\.\s*#?$/.test(content.slice(0, offset)) ? 'member' : 'value';
      await engine.refresh?.();
      const answer = await engine.complete({ slot, file: name, text: content, offset, signal });
      const names = answer?.names.filter((each) => each.startsWith(typed)) ?? [];
      return {
        file: name,
        hash: contentHash(content),
        slot,
        typed,
        status: answer === null ? 'unknown' : 'known',
        complete: answer?.complete ?? false,
        names: names.slice(0, MOST.names),
        total: names.length,
      };
    },
  };
}

function proposePatches(services: McpServices, propose: ProposePatches): McpTool {
  const { root, validator, hasTests, engine } = services;
  return {
    name: 'propose_patches',
    title: 'Propose patches',
    description:
      'Tries small changes of a line or range of the given text, or of the lines with errors, and returns those that compile (and pass the tests, where the server has a test command), as unified diffs. Nothing is written.',
    inputSchema: inputSchema(
      {
        file,
        content: whole,
        range: { ...range, description: `${range.description}. Default: the lines that the checker reports` },
        limit: {
          type: 'integer',
          minimum: 1,
          maximum: MOST.patches,
          description: 'Patches at most. Default 5',
        },
        budget_ms: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          description: 'Milliseconds at most. Default 30000',
        },
        test: { type: 'boolean', description: 'Whether the test command is run. Default true' },
      },
      ['file', 'content'],
    ),
    async run(input, signal) {
      const started = performance.now();
      const name = await root.sourceFile(input.string('file'));
      const content = input.string('content');
      const given = input.optionalString('range');
      const limit = input.optionalInteger('limit') ?? 5;
      const budget = input.optionalInteger('budget_ms') ?? 30_000;
      const test = input.optionalBoolean('test') ?? true;
      const report = given === undefined ? await validator.check(name, content, { signal }) : undefined;
      const holes: readonly Hole[] =
        given === undefined
          ? holesFromDiagnostics(name, content, report?.diagnostics ?? [])
          : [holeAt(name, content, parseRange(given))];
      await engine?.refresh?.();
      const found: Patch[] = [];
      const counts: Record<string, number> = {};
      for (const [i, hole] of holes.entries()) {
        const left = budget - (performance.now() - started);
        if (left < 1 || found.length >= limit) break;
        // What one hole does not need goes to the next.
        const budgetMs = left / (holes.length - i);
        const request = { hole, limit: limit - found.length, budgetMs, test, signal };
        for await (const patch of propose(request)) {
          counts[patch.status] = (counts[patch.status] ?? 0) + 1;
          if (patch.status === 'plausible' || patch.status === 'compiles') found.push(patch);
        }
      }
      const wanted = test && hasTests ? 'plausible' : 'compiles';
      found.sort((a, b) => Number(b.status === wanted) - Number(a.status === wanted));
      return {
        file: name,
        hash: contentHash(content),
        // Without a check there is no saying where the errors are.
        status: report?.status ?? 'asked',
        patches: found.slice(0, limit).map(patchSummary),
        counts,
        ms: Math.round(performance.now() - started),
      };
    },
  };
}

function validatePatch({ root, validator, hasTests }: McpServices): McpTool {
  return {
    name: 'validate_patch',
    title: 'Validate a patch',
    description: `Takes a change of a text, as a unified diff or as the text after it, type-checks the project${hasTests ? ', and runs the test command on a copy of the project' : ''}. Nothing is written. The status is plausible (the tests pass), compiles, fails_tests, errors, unknown or unchanged.`,
    inputSchema: inputSchema(
      {
        file,
        content: whole,
        diff: contentOf('A unified diff of this file'),
        after: contentOf('In place of diff: the whole text after the change'),
        test: { type: 'boolean', description: 'Whether the test command is run. Default true' },
      },
      ['file', 'content'],
    ),
    async run(input, signal) {
      const name = await root.sourceFile(input.string('file'));
      const content = input.string('content');
      const [diff, whole] = [input.optionalString('diff'), input.optionalString('after')];
      if ((diff === undefined) === (whole === undefined)) {
        throw new GrammaskError('ARGUMENT', 'pass either diff or after', { hint: 'the change, once' });
      }
      const after = whole ?? patchedText(content, diff ?? '');
      checkContent(after, name);
      const { hole, text } = changedHole(name, content, after);
      const origin = { kind: 'given', detail: diff === undefined ? 'text' : 'diff' } as const;
      const test = input.optionalBoolean('test') ?? true;
      const patch = await validator.validate(hole, text, { origin }, { signal, test, refresh: true });
      return { ...patchSummary(patch), tests: patch.tests };
    },
  };
}

async function onDisk(root: ProjectRoot, name: string): Promise<string | undefined> {
  const path = join(root.path, name);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  return exists ? readSource(path) : undefined;
}

/** The lines that two texts differ in, as a hole of the first and what stands there in the second. */
function changedHole(name: string, before: string, after: string): { hole: Hole; text: string } {
  const old = linesOf(before);
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < least - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const lineOf = (offset: number): number => old.findLastIndex((line) => line.start <= offset) + 1;
  const startLine = lineOf(start);
  let endLine = lineOf(before.length - end);
  const holeOf = (): Hole => holeAt(name, before, { startLine, endLine }, { indentation: 'hole' });
  let hole = holeOf();
  // The end of a line is no part of it: one that has changed is in the hole only together with the line behind it.
  while (!after.endsWith(hole.suffix) && endLine < old.length) {
    endLine += 1;
    hole = holeOf();
  }
  // As it is, whatever ends its lines.
  return {
    hole: { ...hole, lineEnd: '\n' },
    text: after.slice(hole.prefix.length, after.length - hole.suffix.length),
  };
}

function reportJson({ status, hash, diagnostics, reason, message, checker, ms }: CheckReport): JsonObject {
  return {
    status,
    hash,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    diagnostics: diagnostics.slice(0, MOST.diagnostics),
    total: diagnostics.length,
    checker,
    ms: Math.round(ms),
  };
}

/** A patch without what the reader has already. */
function patchSummary(patch: Patch): JsonObject {
  const {
    id,
    file: name,
    status,
    origin,
    range: place,
    text,
    diff,
    baseHash,
    hash,
    tests,
  } = patchJson(patch);
  const report = patch.after === null ? null : reportJson(patch.after);
  return { id, file: name, status, origin, range: place, text, diff, baseHash, hash, after: report, tests };
}
