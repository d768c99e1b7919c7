// What stands in XML, HTML and SVG: text of others is text there, whatever it holds.

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to write them.
const NOT_IN_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu;

/** A text between tags. */
export function xmlText(text: string): string {
  return text
    .replace(NOT_IN_XML, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/** Attributes with a space before each: ` name="value"`. */
export function xmlAttributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        ` ${name}="${xmlText(String(value)).replace(/"/g, '&quot;').replace(/\n/g, '&#10;')}"`,
    )
    .join('');
}
