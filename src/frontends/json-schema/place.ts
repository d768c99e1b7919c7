/**
 * Where a value stands: a chain of member names and indexes up to the root of its document. The root of the schema that
 * was passed is null; that of any other document is a place without parent that names the document.
 */
export interface Place {
  readonly parent: Place | null;
  readonly token: string;
  readonly document?: string;
}

/** The JSON Pointer (RFC 6901) of a place; `''` is the root. In another document, its URI and `#` stand before it. */
export function pointerOf(place: Place | null): string {
  const tokens: string[] = [];
  let document = '';
  for (let step = place; step !== null; step = step.parent) {
    if (step.document !== undefined) document = `${step.document}#`;
    else tokens.push(`/${step.token.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
  return document + tokens.reverse().join('');
}

/** The place of the root of another document. */
export function documentPlace(document: string): Place {
  return { parent: null, token: '', document };
}

/** The place below another. */
export function placeBelow(parent: Place | null, token: string | number): Place {
  return { parent, token: typeof token === 'string' ? token : String(token) };
}
