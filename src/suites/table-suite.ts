import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { readTextFile } from '../cli/inputs.js';
import { Grammar } from '../engine/grammar.js';
import { GRAMMAR_WORDS } from '../engine/grammar-kind.js';
import { GrammaskError } from '../errors.js';
import { shortened, sourceError } from '../frontends/source-location.js';
import { parsePlace, placeForms } from './place.js';
import type { GrammarPlace, Suite, TextCase, Verdict } from './suite.js';
import { checkNesting } from './yaml-nesting.js';

type Yaml = typeof import('yaml');

const encoder = new TextEncoder();

/** The names of tables: `NAME.tests.yaml`, `.yml` or `.json`. */
export const TABLE_NAME = /\.tests\.(?:ya?ml|json)$/i;

/**
 * The suites of a table: one, or where the table names no grammar one for each grammar beside it.
 *
 * @param beside the grammar files beside the table that have its name
 * @throws GrammaskError `SYNTAX` for what is no YAML or JSON, `ARGUMENT` for a table of another shape, with the pointer
 */
export function tableSuites(name: string, path: string, beside: readonly string[]): Suite[] {
  const table = readMap(readTable(path), path, '', ['grammar', 'accept', 'reject']);
  const cases = [
    ...readCases(table.get('accept'), path, 'accept'),
    ...readCases(table.get('reject'), path, 'reject'),
  ];
  const origin = { kind: 'table', path } as const;
  const grammars = readGrammarPlaces(table.get('grammar'), path, beside);
  return grammars.map((grammar) => {
    const isOneOfMany = grammars.length > 1 && 'path' in grammar;
    return { name: isOneOfMany ? `${name} (${basename(grammar.path)})` : name, grammar, origin, cases };
  });
}

function readTable(path: string): unknown {
  const source = readTextFile(path);
  if (/\.json$/i.test(path)) {
    try {
      return JSON.parse(source);
    } catch {
      throw notJson(path, source);
    }
  }
  const yaml = loadYaml(path);
  checkNesting(yaml, source, path);
  const document = yaml.parseDocument(source);
  const [problem] = document.errors;
  if (problem !== undefined) {
    const [message = ''] = problem.message.split('\n');
    throw sourceError('SYNTAX', source, problem.pos[0], `${path}: ${message.replace(/ at line .*$/, '')}`);
  }
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new GrammaskError('SYNTAX', `the table cannot be read: ${(cause as Error).message}`, {
      location: { path },
      cause,
    });
  }
}

/** The error with its place, which `JSON.parse` does not always tell. */
function notJson(path: string, source: string): GrammaskError {
  try {
    Grammar.jsonSchema(source);
  } catch (error) {
    if (GrammaskError.isInstance(error) && error.code === 'SYNTAX') {
      const message = error.message.replace(/^the schema is not JSON: /, '');
      return new GrammaskError('SYNTAX', `${path} is not JSON: ${message}`, { location: error.location });
    }
  }
  return new GrammaskError('SYNTAX', 'the table is not JSON', { location: { path } });
}

/** The package `yaml`, which only tables in YAML need. */
export function loadYaml(path: string): Yaml {
  try {
    return createRequire(import.meta.url)('yaml') as Yaml;
  } catch (cause) {
    throw new GrammaskError('UNSUPPORTED', 'tables in YAML need the package yaml, which is not installed', {
      hint: 'run npm install yaml, or write the table as JSON (NAME.tests.json)',
      location: { path },
      cause,
    });
  }
}

function wrong(path: string, pointer: string, what: string, hint?: string): GrammaskError {
  const place = pointer === '' ? 'the table' : `the table at ${pointer}`;
  return new GrammaskError('ARGUMENT', `${place}: ${what}`, {
    hint:
      hint ?? 'a table has grammar, accept: [texts] and reject: [texts]; docs/testing-grammars.md shows one',
    location: { path },
  });
}

/** The own members of a map, which may have no others than those known. */
function readMap(value: unknown, path: string, pointer: string, known: readonly string[]) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(path, pointer, 'expected a map');
  }
  const members = new Map<string, unknown>(Object.entries(value));
  for (const name of members.keys()) {
    if (!known.includes(name)) {
      throw wrong(path, pointer, `there is no member ${name}`, `the members are ${known.join(', ')}`);
    }
  }
  return members;
}

function readCases(value: unknown, path: string, verdict: Verdict): TextCase[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(path, `/${verdict}`, 'expected a list of texts');
  return value.map((entry: unknown, index) => readCase(entry, path, verdict, index));
}

function readCase(entry: unknown, path: string, verdict: Verdict, index: number): TextCase {
  const pointer = `/${verdict}/${index}`;
  const number = `${verdict}[${index}]`;
  if (typeof entry === 'string')
    return { name: number, verdict, text: { bytes: bytesOf(entry, path, pointer) } };
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    const hint = 'put the text in quotes; an entry may also be a map of text, name, at, hex';
    throw wrong(path, pointer, `expected a text but found ${inWords(entry)}`, hint);
  }
  const known = verdict === 'reject' ? ['text', 'hex', 'name', 'at'] : ['text', 'hex', 'name'];
  const members = readMap(entry, path, pointer, known);
  const title = members.get('name');
  if (title !== undefined && typeof title !== 'string')
    throw wrong(path, `${pointer}/name`, 'expected a text');
  const name = title === undefined ? number : `${number} ${title.replace(/\s+/g, ' ')}`;
  const bytes = readBytes(members, path, pointer);
  const at = members.get('at');
  if (at === undefined) return { name, verdict, text: { bytes } };
  const place = typeof at === 'string' ? parsePlace(at) : undefined;
  if (place === undefined) {
    throw wrong(
      path,
      `${pointer}/at`,
      `expected a place but found ${inWords(at)}`,
      `a place is ${placeForms}, in quotes`,
    );
  }
  return { name, verdict, at: place, text: { bytes } };
}

function readBytes(members: ReadonlyMap<string, unknown>, path: string, pointer: string): Uint8Array {
  const text = members.get('text');
  const hex = members.get('hex');
  if ((text === undefined) === (hex === undefined))
    throw wrong(path, pointer, 'expected one of text and hex');
  if (hex !== undefined) {
    const digits = typeof hex === 'string' ? hex.replace(/\s/g, '') : '';
    if (typeof hex !== 'string' || digits.length % 2 > 0 || /[^0-9a-f]/i.test(digits)) {
      throw wrong(path, `${pointer}/hex`, 'expected bytes as pairs of hexadecimal digits, in quotes');
    }
    return Uint8Array.from(Buffer.from(digits, 'hex'));
  }
  if (typeof text !== 'string') throw wrong(path, `${pointer}/text`, 'expected a text', 'put it in quotes');
  return bytesOf(text, path, `${pointer}/text`);
}

function bytesOf(text: string, path: string, pointer: string): Uint8Array {
  if (!text.isWellFormed()) {
    throw wrong(path, pointer, 'half of a surrogate pair is no text', 'write the bytes as hex');
  }
  return encoder.encode(text);
}

/** A value that is not what was expected. Aliases of YAML can make lists and maps that hold themselves. */
function inWords(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a map';
  return shortened(String(JSON.stringify(value)));
}

function readGrammarPlaces(value: unknown, path: string, beside: readonly string[]): GrammarPlace[] {
  if (value === undefined || value === null) {
    if (beside.length > 0) return beside.map((file) => ({ path: file }));
    const hint = 'name it: grammar: FILE, or put a file of the same name beside the table';
    throw wrong(path, '', 'the grammar is missing', hint);
  }
  const resolve = (file: string): string => join(dirname(path), file);
  if (typeof value === 'string') return [{ path: resolve(value) }];
  const members = readMap(value, path, '/grammar', ['file', 'source', 'kind', ...GRAMMAR_WORDS]);
  const text = (name: string): string | undefined => {
    const member = members.get(name);
    if (member !== undefined && typeof member !== 'string') {
      throw wrong(path, `/grammar/${name}`, 'expected a text');
    }
    return member;
  };
  const [file, source, kind] = [text('file'), text('source'), text('kind')];
  const words = GRAMMAR_WORDS.filter((word) => members.has(word));
  const read =
    words.length === 0 ? {} : { options: Object.fromEntries(words.map((word) => [word, text(word)])) };
  if (file !== undefined && source === undefined) return [{ path: resolve(file), kind, ...read }];
  if (source !== undefined && kind !== undefined && file === undefined) return [{ source, kind, ...read }];
  throw wrong(path, '/grammar', 'expected file, or source and kind');
}
