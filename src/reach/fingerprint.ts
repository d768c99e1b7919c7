// What a result is true of: the bytes of the model and its tokenizer, the grammar, the prompt, the control and the runtime.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Control } from './control.js';
import type { System } from './system.js';

/** What a report is bound to. Two runs with equal settings may be joined; a report of another setting proves nothing here. */
export interface Setting {
  readonly grammask: string;
  readonly runtime: string;
  readonly device: string;
  readonly dtype: string;
  /** sha256 of the weights and of the files of external data beside them. */
  readonly weights: string;
  /** sha256 of tokenizer.json and of the files that say how a prompt is written and where an answer ends. */
  readonly tokenizer: string;
  readonly template: string;
  /** null: any answer. */
  readonly grammar: string | null;
  readonly readout: string;
  readonly control: ControlSetting;
  readonly tolerance: number;
}

/** A control in a report. */
export interface ControlSetting {
  readonly unit: Control['unit'];
  readonly symbols: number;
  /** sha256 of the symbols, of the language and of the switches. */
  readonly hash: string;
  readonly escape: 'json' | null;
  readonly printable: boolean;
  readonly identity: 'text' | 'ids';
  readonly hasLanguage: boolean;
}

export async function settingOf(system: System): Promise<Setting> {
  const { model, control, constraint, reading, template } = system;
  const { info } = model;
  return {
    grammask: packageVersion(),
    runtime: versionOf('onnxruntime-node/package.json'),
    device: info.device,
    dtype: info.dtype,
    weights: await hashOfWeights(info.weights),
    tokenizer: await hashOfTokenizer(info.path),
    template: hashOf(template.description),
    grammar: constraint === undefined ? null : hashOf(constraint.makeGrammar().toBuffer()),
    readout: JSON.stringify(reading),
    control: controlSetting(control),
    tolerance: system.tolerance,
  };
}

export function controlSetting(control: Control): ControlSetting {
  const { unit, symbols, ids, escape: escaping, printable, identity, language } = control;
  const parts = [JSON.stringify([unit, escaping, printable, identity]), Buffer.from(ids.buffer)];
  if (language !== undefined) parts.push(Buffer.from(language.toBuffer()));
  return {
    ...{ unit, symbols: symbols.length, printable, identity },
    hash: hashOf(...parts),
    escape: escaping ?? null,
    hasLanguage: language !== undefined,
  };
}

/** sha256, in hexadecimal digits. */
export function hashOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

async function hashOfWeights(path: string): Promise<string> {
  const name = basename(path);
  const files = (await readdir(dirname(path))).filter((file) => file.startsWith(name)).sort();
  const hashes: string[] = [];
  for (const file of files) hashes.push(await hashOfFile(join(dirname(path), file)));
  return hashes.length === 1 ? (hashes[0] as string) : hashOf(hashes.join());
}

// What else of a model's folder decides on its prompts (the chat template, the first token) and on the end of its answers.
const besideTokenizer = [
  'tokenizer_config.json',
  'chat_template.jinja',
  'generation_config.json',
  'config.json',
];

async function hashOfTokenizer(folder: string): Promise<string> {
  const hashes = [await hashOfFile(join(folder, 'tokenizer.json'))];
  for (const name of besideTokenizer) {
    const path = join(folder, name);
    hashes.push(existsSync(path) ? await hashOfFile(path) : '');
  }
  return hashOf(hashes.join());
}

// Of large files; a file that was changed has another time.
const known = new Map<string, string>();

async function hashOfFile(path: string): Promise<string> {
  const { mtimeMs, size } = await stat(path);
  const key = `${path}\0${mtimeMs}\0${size}`;
  let found = known.get(key);
  if (found === undefined) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
    found = hash.digest('hex');
    known.set(key, found);
  }
  return found;
}

/** The version of this package. */
export function packageVersion(): string {
  return versionOf('../../package.json');
}

const require = createRequire(import.meta.url);

function versionOf(specifier: string): string {
  try {
    const path = specifier.startsWith('.') ? new URL(specifier, import.meta.url) : require.resolve(specifier);
    return String((JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown }).version);
  } catch {
    return 'unknown';
  }
}
