// The lines that a runner writes: one about the run, one a schema, one at the end. The runners of the peers write the same.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface Meta {
  readonly engine: string;
  readonly version: string;
  readonly options?: unknown;
  readonly [name: string]: unknown;
}

export interface SchemaLine {
  readonly name: string;
  readonly source: string;
  readonly status: 'ok' | 'compile_error' | 'timeout' | 'crash';
  readonly error?: string;
  readonly stage?: 'compile' | 'tests';
  readonly limit_s?: number;
  /** Nanoseconds, as all times here: from the text of the schema to a compiled grammar. */
  readonly compile_ns?: number;
  readonly compile_cpu_ns?: number;
  /** To the refusal of the schema. */
  readonly refuse_ns?: number;
  /** The first matcher, and its first mask. */
  readonly open_ns?: number;
  readonly first_mask_ns?: number;
  readonly tests?: readonly TestLine[];
  /** Of the masks of all tests; ours only. */
  readonly work?: { readonly masks: number; readonly cache_hits: number; readonly nodes_walked: number };
  readonly rss_before_kib?: number;
  readonly peak_rss_kib?: number;
  readonly preemptions?: number;
}

export interface TestLine {
  readonly valid: boolean;
  /** Every token was allowed by the mask computed just before it. The end of the text is not asked for. */
  readonly accepted: boolean;
  /** Of each token, the refused one included: its mask; and mask and accept together. */
  readonly mask_ns: readonly number[];
  readonly step_ns: readonly number[];
  readonly complete?: boolean;
  readonly accept_only?: boolean;
  readonly mask_only?: boolean;
  readonly error?: string;
}

export interface End {
  readonly wall_s?: number;
  readonly highest_load?: number;
}

export interface Run {
  readonly meta: Meta;
  readonly schemas: ReadonlyMap<string, SchemaLine>;
  readonly end: End;
}

export function readText(file: string): string {
  const bytes = readFileSync(file);
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
}

export function readRun(file: string): Run {
  const lines = readText(file)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { meta?: Meta; end?: End } & SchemaLine);
  const schemas = new Map<string, SchemaLine>();
  for (const line of lines) if (line.name !== undefined) schemas.set(line.name, line);
  const meta = lines.find((line) => line.meta !== undefined)?.meta;
  if (meta === undefined) throw new Error(`${file} is not a file of results: no line says what was run`);
  return { meta, schemas, end: lines.find((line) => line.end !== undefined)?.end ?? {} };
}

/**
 * Runs of one engine as one: each time is the least of all runs. What else is on the machine can only lengthen a time. A
 * schema that came out differently from run to run is as the first run has it.
 */
export function leastOf(runs: readonly Run[]): Run {
  const [first, ...others] = runs as [Run, ...Run[]];
  const schemas = new Map(
    [...first.schemas].map(([name, line]) => [
      name,
      others.reduce((least, run) => lesser(least, run.schemas.get(name)), line),
    ]),
  );
  return { ...first, schemas };
}

function lesser(a: SchemaLine, b: SchemaLine | undefined): SchemaLine {
  if (b === undefined || b.status !== a.status) return a;
  const line: Record<string, unknown> = { ...a };
  for (const key of ['compile_ns', 'compile_cpu_ns', 'refuse_ns', 'open_ns', 'first_mask_ns'] as const) {
    const [x, y] = [a[key], b[key]];
    if (x !== undefined && y !== undefined) line[key] = Math.min(x, y);
  }
  line.tests = a.tests?.map((test, index) => {
    const again = b.tests?.[index];
    if (again?.step_ns.length !== test.step_ns.length) return test;
    const least = (key: 'mask_ns' | 'step_ns'): number[] =>
      test[key].map((time, place) => Math.min(time, again[key][place] as number));
    return { ...test, mask_ns: least('mask_ns'), step_ns: least('step_ns') };
  });
  return line as unknown as SchemaLine;
}
