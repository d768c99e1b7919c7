/** Where a value stands in the document: a chain of member names and indexes up to the root, which is null. */
export interface Place {
  readonly parent: Place | null;
  readonly token: string;
}

/** The JSON Pointer (RFC 6901) of a place; `''` is the root. */
export function pointerOf(place: Place | null): string {
  const tokens: string[] = [];
  for (let step = place; step !== null; step = step.parent) {
    tokens.push(`/${step.token.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
  return tokens.reverse().join('');
}

/** The place below another, along the tokens. */
export function placeBelow(parent: Place | null, ...tokens: (string | number)[]): Place {
  let place = parent;
  for (const token of tokens) place = { parent: place, token: String(token) };
  return place as Place;
}
