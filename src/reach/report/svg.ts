// Pieces of pictures: SVG as text, in which text of others is escaped.
import { xmlAttributes, xmlText } from '../../xml-text.js';

type Attributes = Readonly<Record<string, string | number>>;

/** An element without a text. */
export function shape(name: string, attributes: Attributes, title?: string): string {
  const rounded = Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      typeof value === 'number' ? Number(value.toFixed(2)) : value,
    ]),
  );
  if (title === undefined) return `<${name}${xmlAttributes(rounded)}/>`;
  return `<${name}${xmlAttributes(rounded)}><title>${xmlText(title)}</title></${name}>`;
}

export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  const place = { x: Number(x.toFixed(2)), y: Number(y.toFixed(2)) };
  return `<text${xmlAttributes({ ...place, fill: '#444', ...attributes })}>${xmlText(text)}</text>`;
}

/** A picture. @param title what it shows, for those who cannot see it */
export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  const head = xmlAttributes({
    ...{ xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img' },
    ...{ 'font-family': 'system-ui, sans-serif', 'font-size': 12 },
  });
  return [
    `<svg${head}>`,
    `<title>${xmlText(title)}</title>`,
    shape('rect', { width, height, fill: '#ffffff' }),
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** A text that fits; what is cut off is told. */
export function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
