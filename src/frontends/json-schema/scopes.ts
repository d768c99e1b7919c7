import { GrammaskError } from '../../errors.js';
import type { JsonValue } from './json-value.js';
import type { SchemaNode } from './lowering.js';
import type { Resource } from './resources.js';

/**
 * Dynamic scope. What a `$dynamicRef` means depends on the resources that validation entered on its way, but only on the
 * outermost one that defines each dynamic anchor. So a schema is lowered once for each *environment*, which maps names of
 * dynamic anchors to those resources. Where nothing defines a dynamic anchor, there is one environment, the empty one.
 */
export interface Environment {
  /** By name of a dynamic anchor, the outermost resource that defines it. */
  readonly outermost: ReadonlyMap<string, Resource>;
  /** The scope after entering a resource from this environment. */
  readonly entered: Map<Resource, Scope>;
  /** The scopes whose environment this is. */
  readonly scopes: Map<Resource, Scope>;
}

/** A resource in an environment, with the nodes of its schemas. */
export interface Scope {
  readonly resource: Resource;
  readonly environment: Environment;
  readonly nodes: Map<JsonValue, SchemaNode>;
}

export interface Scopes {
  /** The scope of a resource at the outside. */
  outer(resource: Resource): Scope;
  /** The scope of a resource that is entered from another scope. */
  enter(from: Scope, resource: Resource): Scope;
}

const MAX_ENVIRONMENTS = 2000;

export function createScopes(): Scopes {
  const numbers = new Map<Resource, number>();
  const environments = new Map<string, Environment>();
  const empty = environmentOf(new Map());

  function numberOf(resource: Resource): number {
    let number = numbers.get(resource);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(resource, number);
    }
    return number;
  }

  function environmentOf(outermost: ReadonlyMap<string, Resource>): Environment {
    const entries = Array.from(outermost, ([name, resource]) => [name, numberOf(resource)]);
    const key = entries.length === 0 ? '' : JSON.stringify(entries.sort());
    let environment = environments.get(key);
    if (environment === undefined) {
      if (environments.size === MAX_ENVIRONMENTS) {
        throw new GrammaskError('UNSUPPORTED', `more than ${MAX_ENVIRONMENTS} dynamic scopes`, {
          location: { pointer: '', keyword: '$dynamicRef' },
          hint: 'use fewer schemas with a `$dynamicAnchor`, or `$ref`',
        });
      }
      environment = { outermost, entered: new Map(), scopes: new Map() };
      environments.set(key, environment);
    }
    return environment;
  }

  function enterFrom(environment: Environment, resource: Resource): Scope {
    let scope = environment.entered.get(resource);
    if (scope !== undefined) return scope;
    let outermost = environment.outermost;
    for (const name of resource.dynamicAnchors.keys()) {
      if (outermost.has(name)) continue;
      if (outermost === environment.outermost) outermost = new Map(outermost);
      (outermost as Map<string, Resource>).set(name, resource);
    }
    const inner = outermost === environment.outermost ? environment : environmentOf(outermost);
    scope = inner.scopes.get(resource);
    if (scope === undefined) {
      scope = { resource, environment: inner, nodes: new Map() };
      inner.scopes.set(resource, scope);
    }
    environment.entered.set(resource, scope);
    return scope;
  }

  return {
    outer: (resource) => enterFrom(empty, resource),
    enter: (from, resource) => (from.resource === resource ? from : enterFrom(from.environment, resource)),
  };
}
