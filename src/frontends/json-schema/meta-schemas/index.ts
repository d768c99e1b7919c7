import { draft4 } from './draft-04.js';
import { draft6 } from './draft-06.js';
import { draft7 } from './draft-07.js';
import { draft201909 } from './draft-2019-09.js';
import { draft202012 } from './draft-2020-12.js';

const ID = /"\$?id":"([^"#]*)#?"/;
const texts = new Map<string, string>();
for (const text of [draft4, draft6, draft7, draft201909, draft202012].flat()) {
  texts.set(ID.exec(text)?.[1] as string, text);
}

/** The JSON text of a published meta-schema, by its URI without fragment. */
export function metaSchemaText(uri: string): string | undefined {
  return texts.get(uri);
}
