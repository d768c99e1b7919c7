import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatPlaces, PLACES_FILE } from './folder-suite.js';
import { formatPlace, type Place } from './place.js';
import type { SuiteResult } from './run.js';
import { loadYaml } from './table-suite.js';

/**
 * Writes down where the texts to reject are wrong, as a run found it; what the run did not judge stays as it is. A table
 * that is JSON is printed anew, one in YAML keeps its comments.
 *
 * @returns one line for each file that changed
 */
export function updatePlaces(suites: readonly SuiteResult[]): string {
  const changed: string[] = [];
  const known = new Set<string>();
  for (const result of suites) {
    const { suite } = result;
    if (suite === undefined || result.problem !== undefined) continue;
    const { origin } = suite;
    const path = origin.kind === 'folder' ? join(origin.directory, PLACES_FILE) : origin.path;
    // The same table may serve several grammars; the first one decides.
    if (known.has(path)) continue;
    known.add(path);
    const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const found = foundPlaces(result);
    const after =
      origin.kind === 'folder' ? folderPlaces(result, found, before) : tableText(path, found, before);
    if (after === before) continue;
    // All or nothing: an interrupted write must not cost a table.
    writeFileSync(`${path}.new`, after);
    renameSync(`${path}.new`, path);
    changed.push(`updated ${path}\n`);
  }
  return changed.length === 0 ? 'every place is written down as it is\n' : changed.join('');
}

/** By the name of the text. */
function foundPlaces({ cases, outcomes }: SuiteResult): Map<string, Place> {
  const found = new Map<string, Place>();
  outcomes.forEach((outcome, index) => {
    const text = cases[index];
    if (text === undefined || outcome?.kind !== 'passed' || outcome.place === undefined) return;
    found.set(text.name, outcome.place);
  });
  return found;
}

function folderPlaces({ suite }: SuiteResult, found: ReadonlyMap<string, Place>, before: string): string {
  const places = new Map<string, Place>();
  for (const { name, verdict, at } of suite?.cases ?? []) {
    const place = found.get(name) ?? at;
    if (verdict === 'reject' && place !== undefined) places.set(name.slice('reject/'.length), place);
  }
  return places.size === 0 && before === '' ? '' : formatPlaces(places, before);
}

function tableText(path: string, found: ReadonlyMap<string, Place>, before: string): string {
  const entries = [...found].map(([name, place]) => {
    const number = /^reject\[(\d+)\]/.exec(name)?.[1] ?? '';
    return [Number(number), formatPlace(place)] as const;
  });
  if (/\.json$/i.test(path)) return jsonTable(entries, before);
  const yaml = loadYaml(path);
  const document = yaml.parseDocument(before);
  let isChanged = false;
  for (const [index, place] of entries) {
    const entry = document.getIn(['reject', index], true);
    if (yaml.isMap(entry)) {
      if (entry.get('at') === place) continue;
      entry.set('at', place);
    } else if (yaml.isScalar(entry)) {
      document.setIn(['reject', index], document.createNode({ text: entry.value, at: place }));
    } else continue;
    isChanged = true;
  }
  return isChanged ? document.toString({ lineWidth: 0 }) : before;
}

function jsonTable(entries: readonly (readonly [number, string])[], before: string): string {
  const table = JSON.parse(before) as { reject: (string | { at?: string })[] };
  let isChanged = false;
  for (const [index, place] of entries) {
    const entry = table.reject[index];
    if (typeof entry === 'string') table.reject[index] = { text: entry, at: place } as { at: string };
    else if (entry === undefined || entry.at === place) continue;
    else entry.at = place;
    isChanged = true;
  }
  const indent = /\n([ \t]+)"/.exec(before)?.[1] ?? '  ';
  return isChanged ? `${JSON.stringify(table, null, indent)}\n` : before;
}
