// An audit file: checked against its schema, the files that it names read, and its templates multiplied by their fields.
import { basename, dirname } from 'node:path';
import { grammarKindOf, sourceOfFile } from '../../engine/grammar-kind.js';
import { GrammaskError, type GrammaskErrorOptions } from '../../errors.js';
import { readConstraint } from '../../generate/constraint.js';
import type { GenerateOptions } from '../../generate/options.js';
import type { ChatMessage } from '../../model/protocol.js';
import { readTemplate } from '../template.js';
import type { AuditDefinition, CaseDefinition, PolicyRule } from './audit-definition.js';
import { faultOf } from './check-schema.js';
import {
  type ControlDefinition,
  type GrammarText,
  type SystemDefinition,
  systemOptionsOf,
} from './definition.js';
import { pathBeside, readBeside, readBounded } from './file-beside.js';
import { type LocatedDocument, MOST_BYTES, readLocated, type TextPlace } from './located-document.js';

/** An audit that was read. */
export interface Audit {
  readonly definition: AuditDefinition;
  /** The model's folder, where the file names one. */
  readonly modelFolder: string | undefined;
}

// Fields of all templates together.
const MOST_CASES = 10_000;

interface ControlEntry extends Omit<ControlDefinition, 'grammar'> {
  readonly grammar?: string;
}

interface SharedEntry
  extends Omit<SystemDefinition, 'template' | 'schema' | 'grammar' | 'control' | 'field'> {
  readonly control?: ControlEntry;
  readonly schema?: unknown;
  readonly grammar?: string;
  readonly fields?: readonly (string | { name: string; targets?: readonly unknown[]; baseline?: unknown })[];
  readonly targets?: readonly unknown[];
  readonly certifyK?: number;
  readonly maxK?: number;
  readonly budget?: number;
  readonly seeds?: readonly string[];
  readonly forbidTarget?: boolean;
}

interface TemplateEntry extends SharedEntry {
  readonly id: string;
  readonly prompt?: string;
  readonly messages?: readonly ChatMessage[];
}

interface RuleEntry {
  readonly id: string;
  readonly rule: 'flip' | 'share';
  readonly templates?: readonly string[];
  readonly fields?: readonly string[];
  readonly to?: unknown;
  readonly k: number;
  readonly atMost?: number;
  readonly accept?: 'certified' | 'searched';
}

interface FileEntry extends SharedEntry {
  readonly title?: string;
  readonly model?: string;
  readonly templates: readonly TemplateEntry[];
  readonly policy?: readonly RuleEntry[];
}

/**
 * Reads an audit file, YAML or JSON. Nothing outside of its folder is read.
 *
 * @throws GrammaskError `SYNTAX` and `ARGUMENT` with line and column; what the schemas, grammars and patterns in it throw;
 *   `UNSUPPORTED` where ajv is not installed
 */
export async function readAudit(path: string): Promise<Audit> {
  const folder = dirname(path);
  const document = readLocated(readBounded(path, MOST_BYTES), path);
  const fault = await faultOf('reach-audit', document.value);
  if (fault !== undefined) {
    const { message, hint } = fault;
    throw wrong(document.placeOf(fault.path, fault.key), message, hint);
  }
  const file = document.value as FileEntry;
  checkOnce(document, file.templates, 'templates');
  checkOnce(document, file.policy ?? [], 'policy');
  const cases = file.templates.flatMap((template, index) => {
    const place = document.placeOf(['templates', index]);
    return casesOf({ ...inherited(file, template), ...template }, folder, place);
  });
  if (cases.length > MOST_CASES) {
    throw wrong(
      document.placeOf(['templates']),
      `there are ${cases.length} fields, and may be ${MOST_CASES}`,
    );
  }
  const policy = (file.policy ?? []).map((rule, index) =>
    ruleOf(rule, cases, document.placeOf(['policy', index])),
  );
  return {
    definition: {
      ...{ file: basename(path), title: file.title ?? null, model: file.model ?? null },
      ...{ cases, policy },
    },
    modelFolder: file.model === undefined ? undefined : pathBeside(folder, file.model),
  };
}

const languages = ['schema', 'grammar', 'regex', 'choices'] as const;

/** What a template takes over from the file: a language of its own replaces that of the file. */
function inherited(
  { title, model, templates, policy, ...shared }: FileEntry,
  own: TemplateEntry,
): SharedEntry {
  const { audit: _audit, ...rest } = shared as typeof shared & { audit: number };
  if (!languages.some((name) => own[name] !== undefined)) return rest;
  const { schema, grammar, regex, choices, draft, formats, ...others } = rest;
  return others;
}

function casesOf(entry: TemplateEntry, folder: string, place: TextPlace): CaseDefinition[] {
  const { id, prompt, messages, schema, grammar, control, fields, targets, ...rest } = entry;
  const {
    certifyK = 1,
    maxK = certifyK,
    budget = 10_000,
    seeds = [],
    forbidTarget = false,
    ...others
  } = rest;
  if (maxK < certifyK) throw wrong(place, `maxK (${maxK}) is less than certifyK (${certifyK})`);
  if (seeds.length > 0 && maxK === certifyK) {
    throw wrong(place, 'seeds are for the search, and nothing is searched', 'set maxK above certifyK');
  }
  const template = (messages ?? prompt) as SystemDefinition['template'];
  const common: SystemDefinition = {
    ...others,
    template,
    ...(schema === undefined ? {} : { schema: schemaText(schema, folder) }),
    ...(grammar === undefined ? {} : { grammar: grammarText(grammar, folder) }),
    ...(control === undefined ? {} : { control: controlOf(control, folder) }),
  };
  const settings = { certifyK, maxK, budget, seeds, forbidTarget };
  const named = (fields ?? []).map((field) => (typeof field === 'string' ? { name: field } : field));
  const wanted: readonly { name?: string; targets?: readonly unknown[]; baseline?: unknown }[] =
    named.length === 0 ? [{}] : named;
  const cases = wanted.map((field): CaseDefinition => {
    const { name } = field;
    return {
      ...{ id: name === undefined ? id : `${id}/${name}`, template: id, field: name ?? null },
      place: { line: place.line, column: place.column },
      system: name === undefined ? common : { ...common, field: name },
      targets: field.targets ?? targets ?? null,
      baseline: Object.hasOwn(field, 'baseline') ? [field.baseline] : null,
      ...settings,
    };
  });
  const [first] = cases;
  if (first !== undefined) checkSystem(first.system, id, place);
  if (new Set(cases.map((each) => each.id)).size < cases.length) throw wrong(place, 'a field is named twice');
  return cases;
}

/** The template has its slot, and the language of the answer can be read: said before a model is loaded. */
function checkSystem(definition: SystemDefinition, id: string, place: TextPlace): void {
  try {
    const options = systemOptionsOf(definition);
    readTemplate(options, undefined);
    readConstraint(options as unknown as GenerateOptions)?.makeGrammar();
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.code === 'STATE') throw error;
    const { code, message, hint } = error;
    const location = error.location ?? place;
    throw new GrammaskError(code, `the template ${id}: ${message}`, { hint, location, cause: error });
  }
}

function schemaText(schema: unknown, folder: string): string {
  return typeof schema === 'string' ? readBeside(folder, schema) : JSON.stringify(schema);
}

function grammarText(name: string, folder: string): GrammarText {
  const kind = grammarKindOf(name);
  if (kind !== undefined) return { kind, source: sourceOfFile(kind, readBeside(folder, name)) };
  throw new GrammaskError('ARGUMENT', `the kind of the grammar is not clear from the name ${name}`, {
    hint: 'the extension tells it: .ebnf, .gbnf, .lark, .abnf, .regex',
  });
}

function controlOf({ grammar, ...rest }: ControlEntry, folder: string): ControlDefinition {
  return grammar === undefined ? rest : { ...rest, grammar: grammarText(grammar, folder) };
}

function ruleOf(entry: RuleEntry, cases: readonly CaseDefinition[], place: TextPlace): PolicyRule {
  const { id, rule, k, templates, fields, atMost, accept = 'certified' } = entry;
  const unknown = templates?.find((name) => !cases.some(({ template }) => template === name));
  if (unknown !== undefined) throw wrong(place, `there is no template ${unknown}`);
  const chosen = cases.filter(
    ({ template, field }) =>
      templates?.includes(template) !== false && (fields === undefined || fields.includes(field ?? '')),
  );
  if (chosen.length === 0) throw wrong(place, `the rule ${id} speaks of no field`);
  // A name that picks nothing would let the rule hold for what nobody has read.
  const unused =
    fields?.find((name) => !chosen.some(({ field }) => field === name)) ??
    templates?.find((name) => !chosen.some(({ template }) => template === name));
  if (unused !== undefined) {
    throw wrong(place, `the rule ${id} names ${unused}, and nothing of it is read`, 'mind its spelling');
  }
  return {
    ...{ id, rule, k, accept, cases: chosen.map((each) => each.id) },
    to: Object.hasOwn(entry, 'to') ? [entry.to] : null,
    atMost: atMost ?? null,
    place: { line: place.line, column: place.column },
  };
}

function checkOnce(document: LocatedDocument, list: readonly { id: string }[], name: string): void {
  const known = new Set<string>();
  for (const [index, { id }] of list.entries()) {
    if (known.has(id)) throw wrong(document.placeOf([name, index, 'id']), `the id ${id} stands twice`);
    known.add(id);
  }
}

function wrong(location: TextPlace, message: string, hint?: string): GrammaskError {
  const options: GrammaskErrorOptions = { hint, location };
  return new GrammaskError('ARGUMENT', message, options);
}
