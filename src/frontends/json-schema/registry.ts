import { GrammaskError } from '../../errors.js';
import type { BuildBudget } from '../build-budget.js';
import {
  type Dialect,
  dialectOfDraft,
  dialectOfVocabularies,
  draftOfMetaSchema,
  draftOfVocabularies,
  type Vocabulary,
  vocabularyOf,
} from './drafts.js';
import { jsonFromJs } from './json-from-js.js';
import { parseJsonText, quoteShort } from './json-text.js';
import type { JsonObject, JsonValue } from './json-value.js';
import { metaSchemaText } from './meta-schemas/index.js';
import { documentPlace } from './place.js';
import { addDocument, type DialectProblem, type Resource, type ResourceTable, scan } from './resources.js';
import { splitFragment } from './uri.js';

/** Why a document is not there. */
export interface Missing {
  readonly code: 'UNSUPPORTED' | 'SCHEMA' | 'SYNTAX';
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The documents of one schema: its own, the published meta-schemas, and what `resolve` gives. */
export interface Registry {
  /** The schema that was passed. */
  readonly main: Resource;
  /** The resource with a URI without fragment. `inherited` is the dialect of a document that names none. */
  find(uri: string, inherited: Dialect): Resource | Missing;
  /** The same among what has been read, without asking `resolve`. */
  known(uri: string): Resource | undefined;
  /** Looks for identifiers and anchors in a schema that stands where no keyword holds one. */
  scan(resource: Resource, value: JsonValue, place: Parameters<typeof scan>[3]): void;
  /** From now on, no further document is read. */
  close(): void;
}

export interface RegistryOptions {
  readonly resolve: ((uri: string) => unknown) | undefined;
  readonly dialect: Dialect;
  readonly budget: BuildBudget;
}

// Meta-schemas of meta-schemas, each with vocabularies of its own.
const MAX_META_DEPTH = 8;

export function createRegistry(main: JsonValue, { resolve, dialect, budget }: RegistryOptions): Registry {
  const dialects = new Map<string, ReturnType<typeof readDialect>>();
  const absent = new Map<string, Missing>();
  const underWay = new Set<string>();
  let isClosed = false;

  const table: ResourceTable = {
    byUri: new Map(),
    ambiguous: new Set(),
    step: budget.step,
    findDialect(name) {
      const uri = splitFragment(name).document;
      const draft = draftOfMetaSchema(uri);
      if (draft !== undefined) return { dialect: dialectOfDraft(draft) };
      let found = dialects.get(uri);
      if (found === undefined) {
        found = readDialect(uri);
        if (!underWay.has(uri)) dialects.set(uri, found);
      }
      return found;
    },
  };

  function readDialect(uri: string): { dialect: Dialect } | { problem: DialectProblem } {
    // A meta-schema that describes itself says what it is by its vocabularies.
    if (underWay.has(uri)) return { dialect };
    if (underWay.size === MAX_META_DEPTH) return unknownDialect(uri, ': its meta-schemas do not end');
    underWay.add(uri);
    try {
      const found = find(uri, dialect);
      return 'root' in found ? dialectOfMetaSchema(uri, found) : unknownDialect(uri, '');
    } finally {
      underWay.delete(uri);
    }
  }

  function find(uri: string, inherited: Dialect): Resource | Missing {
    if (table.ambiguous.has(uri)) {
      return {
        code: 'SCHEMA',
        message: `two schemas are named ${quoteShort(uri)}`,
        hint: 'give each schema an identifier of its own',
      };
    }
    const known = table.byUri.get(uri) ?? absent.get(uri);
    if (known !== undefined) return known;
    const read = readDocument(uri);
    if (!('value' in read)) {
      absent.set(uri, read);
      return read;
    }
    return addDocument(table, read.value, uri, documentPlace(uri), inherited);
  }

  function readDocument(uri: string): { value: JsonValue } | Missing {
    const text = metaSchemaText(uri);
    if (text !== undefined) return { value: parseJsonText(text, budget) };
    if (isClosed || resolve === undefined) {
      return {
        code: 'UNSUPPORTED',
        message: `${quoteShort(uri)} is another document`,
        hint: 'pass the option `resolve`, which gives a document for a URI, or copy the schema into `$defs`',
      };
    }
    const given = callResolve(resolve, uri);
    return 'document' in given ? readGiven(given.document, uri, budget) : given;
  }

  const resource = addDocument(table, main, '', null, dialect);
  return {
    main: resource,
    find,
    known: (uri) => (table.ambiguous.has(uri) ? undefined : table.byUri.get(uri)),
    scan: (owner, value, place) => scan(table, owner, value, place),
    close() {
      isClosed = true;
    },
  };
}

function callResolve(resolve: (uri: string) => unknown, uri: string): { document: unknown } | Missing {
  let document: unknown;
  try {
    document = resolve(uri);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { code: 'SCHEMA', message: `resolve threw an error for ${quoteShort(uri)}: ${reason}` };
  }
  if (document === undefined || document === null) {
    return { code: 'SCHEMA', message: `resolve gives nothing for ${quoteShort(uri)}` };
  }
  if (typeof (document as { then?: unknown }).then === 'function') {
    return {
      code: 'SCHEMA',
      message: `resolve gives a promise for ${quoteShort(uri)}`,
      hint: 'read the documents beforehand: resolve is synchronous',
    };
  }
  return { document };
}

/** A document as `resolve` gave it: exact JSON text, or a value. */
function readGiven(document: unknown, uri: string, budget: BuildBudget): { value: JsonValue } | Missing {
  try {
    return {
      value: typeof document === 'string' ? parseJsonText(document, budget) : jsonFromJs(document, budget),
    };
  } catch (error) {
    if (!GrammaskError.isInstance(error) || (error.code !== 'SYNTAX' && error.code !== 'SCHEMA')) throw error;
    const { location, message, hint } = error;
    const at =
      location !== undefined && 'line' in location
        ? `, line ${location.line}, column ${location.column}`
        : location !== undefined && 'pointer' in location && location.pointer !== ''
          ? `, at ${location.pointer}`
          : '';
    return { code: error.code, message: `the document ${quoteShort(uri)}${at}: ${message}`, hint };
  }
}

function dialectOfMetaSchema(
  uri: string,
  meta: Resource,
): { dialect: Dialect } | { problem: DialectProblem } {
  if (meta.problem !== undefined) return { problem: meta.problem };
  const listed = (meta.root as Partial<JsonObject>).members?.get('$vocabulary');
  const base = meta.dialect;
  if (listed === undefined && base.refHidesSiblings) return { dialect: base };
  if (listed?.kind !== 'object') return unknownDialect(uri, ': its meta-schema has no `$vocabulary`');
  const draft = draftOfVocabularies(listed.members.keys()) ?? base.draft;
  const vocabularies: Vocabulary[] = [];
  for (const [name, flag] of listed.members) {
    const known = vocabularyOf(name, draft);
    if (known !== undefined) vocabularies.push(...known);
    else if (flag.kind === 'boolean' && flag.value) {
      const problem: DialectProblem = {
        code: 'UNSUPPORTED',
        message: `the dialect ${quoteShort(uri)} requires the vocabulary ${quoteShort(name)}, which is not known`,
        hint: 'rewrite the schema for a published draft, or list the vocabulary as `false` if it may be ignored',
      };
      return { problem };
    }
  }
  return { dialect: dialectOfVocabularies(draft, vocabularies) };
}

function unknownDialect(uri: string, why: string): { problem: DialectProblem } {
  return {
    problem: {
      code: 'UNSUPPORTED',
      message: `the dialect ${quoteShort(uri)} is not known${why}`,
      hint: 'name one of the drafts 4, 6, 7, 2019-09 and 2020-12, or give its meta-schema by the option `resolve`',
    },
  };
}
