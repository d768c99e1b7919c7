import type { ProgramBuilder, SchemaRecord } from '../program-builder.js';
import { DRAFTS, isFrom, KEYWORDS, type KeywordFacts } from './drafts.js';
import { reportInPlaceCycles } from './in-place-cycles.js';
import { type IssueSink, unreachedSink } from './issue-sink.js';
import { quoteShort } from './json-text.js';
import { describeKind, type JsonValue } from './json-value.js';
import { ruleOf } from './keyword-lowerings.js';
import { createLogic } from './logic.js';
import {
  inform,
  isSchema,
  type Lowering,
  type SchemaNode,
  type SchemaObject,
  valueAt,
  warn,
} from './lowering.js';
import type { Place } from './place.js';
import type { Registry } from './registry.js';
import { type Resource, resourceOf } from './resources.js';
import { ALL_TYPES, typeBitsOf } from './scalar-keywords.js';
import { createScopes, type Scope } from './scopes.js';
import { lowerUnevaluatedItems } from './unevaluated-items.js';
import { lowerUnevaluatedProperties } from './unevaluated-properties.js';

export interface LoweredDocument {
  readonly root: SchemaNode;
  /** Every schema that the root reaches. */
  readonly nodes: readonly SchemaNode[];
}

/**
 * Lowers a document into the builder and gives its root. Definitions that nothing refers to are checked with a scratch
 * builder, which is thrown away. Work lists in place of recursion: depth costs memory only.
 */
export function lowerDocument(
  registry: Registry,
  formats: 'assert' | 'annotate',
  builder: ProgramBuilder,
  scratch: () => ProgramBuilder,
  issues: IssueSink,
): LoweredDocument | undefined {
  const definitions: { value: JsonValue; place: Place; scope: Scope }[] = [];
  const found: SchemaNode[] = [];
  const checked = new Set<Resource>();
  let reached: SchemaNode[] = [];
  let later: SchemaNode[] = [];
  let constants = new Map<number, SchemaNode>();

  const lowering: Lowering = {
    builder,
    issues,
    logic: createLogic(builder),
    formats,
    registry,
    scopes: createScopes(),
    patterns: new Map(),
    steps: { seen: new Set(), digits: 0 },
    child({ node }, value, place) {
      const inner = resourceOf(node.scope.resource, value);
      return lowering.target({ value, place, scope: lowering.scopes.enter(node.scope, inner) });
    },
    target({ value, place, scope }) {
      if (value.kind === 'boolean') return constantNode(value, place, scope);
      let node = scope.nodes.get(value);
      if (node === undefined) {
        checkResource(scope.resource);
        node = { id: lowering.builder.reserveNode(), value, place, scope, records: [], edges: [] };
        scope.nodes.set(value, node);
        found.push(node);
      }
      return node;
    },
    define({ node }, value, place) {
      definitions.push({ value, place, scope: node.scope });
    },
    later: (node) => later.push(node),
  };

  /** `true` and `false` have one node each. */
  function constantNode(value: JsonValue, place: Place | null, scope: Scope): SchemaNode {
    const { always, never } = lowering.logic;
    const id = value.kind === 'boolean' && value.value ? always : never;
    let node = constants.get(id);
    if (node === undefined) {
      node = { id, value, place, scope, records: [], edges: [] };
      constants.set(id, node);
    }
    return node;
  }

  /** Reports a dialect that is not known, once, where its resource is used first. */
  function checkResource(resource: Resource): void {
    if (resource.problem === undefined || checked.has(resource)) return;
    checked.add(resource);
    const { code, message, hint } = resource.problem;
    lowering.issues.error(code, { place: resource.place, keyword: '$schema', message, hint });
  }

  function lowerFound(): void {
    const stack: SchemaNode[] = [];
    for (;;) {
      // The first one found is lowered first: issues come in the order of the document.
      for (let next = found.pop(); next !== undefined; next = found.pop()) stack.push(next);
      const node = stack.pop();
      if (node === undefined) return;
      node.records = lowerSchema(lowering, node);
      reached.push(node);
    }
  }

  function finish(isAcyclic: boolean): void {
    for (const node of later) if (isAcyclic) lowerUnevaluated(lowering, node);
    for (const node of reached) lowering.builder.setNode(node.id, node.records);
    later = [];
  }

  function checkDefinitions(seen: ReadonlySet<JsonValue>): void {
    registry.close();
    let isStarted = false;
    // Definitions inside of definitions join the list as it is walked.
    for (const { value, place, scope } of definitions) {
      if (seen.has(value)) continue;
      if (!isStarted) startScratch();
      isStarted = true;
      const inner = resourceOf(scope.resource, value);
      lowering.target({ value, place, scope: lowering.scopes.enter(scope, inner) });
      lowerFound();
    }
  }

  function startScratch(): void {
    reached = [];
    constants = new Map();
    lowering.builder = scratch();
    lowering.logic = createLogic(lowering.builder);
    lowering.issues = unreachedSink(issues);
    lowering.patterns.clear();
    lowering.steps = { seen: new Set(), digits: 0 };
  }

  const { main } = registry;
  if (!isSchema(main.root)) {
    const message = `a schema is an object or a boolean, not ${describeKind(main.root)}`;
    issues.error('SCHEMA', { place: null, keyword: '', message });
    return undefined;
  }
  const root = lowering.target({ value: main.root, place: null, scope: lowering.scopes.outer(main) });
  lowerFound();
  finish(reportInPlaceCycles(reached, issues));
  const nodes = reached;

  if (definitions.length > 0) checkDefinitions(new Set(nodes.map(({ value }) => value)));
  return { root, nodes };
}

function lowerSchema(lowering: Lowering, node: SchemaNode): SchemaRecord[] {
  const { value, place, scope } = node;
  if (value.kind !== 'object') return [];
  const { dialect } = scope.resource;
  const { members } = value;
  const hides = dialect.refHidesSiblings && members.has('$ref');
  const type = valueAt({ members, dialect }, 'type');
  const types = hides ? ALL_TYPES : (typeBitsOf(type, dialect.draft) ?? ALL_TYPES);
  const schema: SchemaObject = { node, members, place, dialect, draft: dialect.draft, types };
  const written: string[] = [];
  const records: SchemaRecord[] = [];
  for (const [keyword, keywordValue] of members) {
    lowering.builder.step();
    const facts = dialect.keywords.get(keyword);
    const rule = facts === undefined ? undefined : ruleOf(keyword);
    if (facts === undefined || rule === undefined) {
      if (lowering.issues.takesNotes) reportUnknown(lowering, schema, keyword);
      continue;
    }
    if (hides && keyword !== '$ref' && keyword !== 'definitions') {
      if (facts.asserts) {
        const message = `\`${keyword}\` beside \`$ref\` has no effect in draft ${dialect.draft}`;
        warn(lowering, schema, keyword, message);
      }
      continue;
    }
    if (facts.types !== 0 && keyword !== 'format' && (facts.types & types) === 0) {
      warn(lowering, schema, keyword, `\`${keyword}\` has no effect on the schema's \`type\``);
    }
    if (rule.group !== undefined) {
      if (written.includes(rule.group)) continue;
      written.push(rule.group);
    }
    const lowered = rule.lower(lowering, schema, keyword, keywordValue);
    if (Array.isArray(lowered)) records.push(...lowered);
    else if (lowered !== undefined) records.push(lowered as SchemaRecord);
  }
  return records;
}

const ASSERTING = new Map<string, KeywordFacts>();
for (const facts of KEYWORDS) {
  if (facts.asserts && !ASSERTING.has(facts.keyword)) ASSERTING.set(facts.keyword, facts);
}

function reportUnknown(lowering: Lowering, schema: SchemaObject, keyword: string): void {
  const other = ASSERTING.get(keyword);
  if (other === undefined) {
    const message = `the keyword ${quoteShort(keyword)} is not known: it is an annotation`;
    inform(lowering, schema, keyword, message);
  } else {
    warn(lowering, schema, keyword, `${originOf(other, schema)}, so that it has no effect here`);
  }
}

function originOf({ keyword, from, to }: KeywordFacts, { draft }: SchemaObject): string {
  if (!isFrom(draft, from))
    return `\`${keyword}\` is of draft ${from}${from === DRAFTS.at(-1) ? '' : ' and later'}`;
  if (!isFrom(to, draft)) return `\`${keyword}\` is of draft ${to}${from === to ? '' : ' and earlier'}`;
  return `\`${keyword}\` is in no vocabulary of the schema's dialect`;
}

/** Adds what the schema says about members and items that nothing evaluated. */
function lowerUnevaluated(lowering: Lowering, node: SchemaNode): void {
  const { builder, logic } = lowering;
  for (const [keyword, lower] of [
    ['unevaluatedProperties', lowerUnevaluatedProperties],
    ['unevaluatedItems', lowerUnevaluatedItems],
  ] as const) {
    if (node[keyword] === undefined) continue;
    const records = lower(node, builder, logic);
    if (records !== 'tooMany') {
      node.records = [...node.records, ...records];
      continue;
    }
    lowering.issues.error('UNSUPPORTED', {
      place: node.place,
      keyword,
      message: `\`${keyword}\` depends on too many combinations of branches, prefixes and patterns`,
      hint: 'use fewer patterns and branches, or say in each branch what it allows',
    });
  }
}
