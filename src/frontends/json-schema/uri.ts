/** References to schemas, resolved as RFC 3986, section 5.2, says; for any scheme, `urn:` too. Nothing is fetched here. */

interface UriParts {
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
}

// RFC 3986, appendix B, without the fragment.
const PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s;

/** A reference without its fragment, and the fragment as written; undefined where there is no `#`. */
export function splitFragment(reference: string): { document: string; fragment: string | undefined } {
  const hash = reference.indexOf('#');
  if (hash === -1) return { document: reference, fragment: undefined };
  return { document: reference.slice(0, hash), fragment: reference.slice(hash + 1) };
}

/** The URI that a reference without fragment means beside a base, which may itself be relative or empty. */
export function resolveUri(base: string, reference: string): string {
  if (reference === '') return base;
  const ref = partsOf(reference);
  if (ref.scheme !== undefined) return join({ ...ref, path: removeDotSegments(ref.path) });
  const { scheme, authority, path, query } = partsOf(base);
  if (ref.authority !== undefined) return join({ ...ref, scheme, path: removeDotSegments(ref.path) });
  if (ref.path === '') return join({ scheme, authority, path, query: ref.query ?? query });
  const merged = ref.path.startsWith('/') ? ref.path : mergePaths(authority, path, ref.path);
  return join({ scheme, authority, path: removeDotSegments(merged), query: ref.query });
}

function partsOf(uri: string): UriParts {
  const [, scheme, authority, path = '', query] = PARTS.exec(uri) ?? [];
  return { scheme, authority, path, query };
}

function join({ scheme, authority, path, query }: UriParts): string {
  const head = scheme === undefined ? '' : `${scheme}:`;
  const host = authority === undefined ? '' : `//${authority}`;
  return `${head}${host}${path}${query === undefined ? '' : `?${query}`}`;
}

function mergePaths(authority: string | undefined, base: string, path: string): string {
  if (authority !== undefined && base === '') return `/${path}`;
  return base.slice(0, base.lastIndexOf('/') + 1) + path;
}

function removeDotSegments(path: string): string {
  if (!path.includes('.')) return path;
  const segments = path.split('/');
  const kept: string[] = [];
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    if (segment === '..') {
      // The empty first segment of an absolute path stays; leading `..` of a relative one has nothing to remove.
      if (kept.length > 1 || (kept.length === 1 && kept[0] !== '' && kept[0] !== '..')) kept.pop();
      else if (kept.length === 0 || kept[0] === '..') kept.push('..');
      if (isLast) kept.push('');
    } else if (segment === '.') {
      if (isLast) kept.push('');
    } else {
      kept.push(segment);
    }
  });
  return kept.join('/');
}

/** A fragment with its percent escapes decoded; undefined where one is wrong. */
export function decodeFragment(fragment: string): string | undefined {
  if (!fragment.includes('%')) return fragment;
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
