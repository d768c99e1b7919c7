// A picture of what a command printed in a terminal, as SVG: ANSI text in, SVG out.
//
//   script -qec "npm --silent start" /dev/null | node scripts/terminal-svg.mjs --prompt "npm start" > docs/start.svg
//
// Colours, bold, dim and carriage returns are drawn; other control sequences are left out. Long lines are broken between
// words, with the indentation of their beginning.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const FONT_SIZE = 13;
const CELL = { width: 7.8, height: 18 };
const PADDING = 18;
const BAR = 30;
const COLORS = {
  back: '#16181d',
  bar: '#22252c',
  text: '#d7dae0',
  dim: '#8a919e',
  31: '#f07178',
  32: '#a5d46a',
  33: '#f0c674',
  34: '#7aa6f0',
  35: '#c792ea',
  36: '#6fd3d9',
};

const { values } = parseArgs({
  options: {
    columns: { type: 'string', default: '100' },
    prompt: { type: 'string' },
    title: { type: 'string', default: 'grammask' },
  },
});
process.stdout.write(renderSvg(readFileSync(0, 'utf8'), values));

/** The cells of each line: a character and its style. */
function readCells(ansi) {
  const lines = [[]];
  let style = {};
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is read here.
  const pattern = /\x1b\[([0-9;]*)m|\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\s\S]/gu;
  for (const [piece, codes] of ansi.replaceAll('\r\n', '\n').matchAll(pattern)) {
    if (codes !== undefined) style = nextStyle(style, codes);
    else if (piece === '\n') {
      lines.push([]);
      column = 0;
    } else if (piece === '\r') column = 0;
    else if (piece.length <= 2 && piece >= ' ') lines.at(-1)[column++] = { char: piece, style };
  }
  return lines;
}

function nextStyle(style, codes) {
  let next = { ...style };
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 22) next = { color: next.color };
    else if (code === 39) delete next.color;
    else if (COLORS[code] !== undefined) next.color = code;
  }
  return next;
}

function breakLine(cells, columns) {
  const indent = cells.findIndex(({ char }) => char !== ' ');
  const lines = [];
  let rest = cells;
  while (rest.length > columns) {
    let at = columns;
    while (at > indent + 1 && rest[at].char !== ' ') at--;
    const isBetweenWords = at > indent + 1;
    if (!isBetweenWords) at = columns;
    lines.push(rest.slice(0, at));
    rest = [...cells.slice(0, Math.max(indent, 0)), ...rest.slice(isBetweenWords ? at + 1 : at)];
  }
  return [...lines, rest];
}

function renderLine(cells, y) {
  const runs = [];
  cells.forEach(({ char, style }, column) => {
    const run = runs.at(-1);
    if (run !== undefined && isSameStyle(run.style, style)) run.text += char;
    else runs.push({ style, column, text: char });
  });
  return runs
    .filter(({ text }) => text.trim() !== '')
    .map(({ style, column, text }) => {
      const shown = text.trimEnd();
      const start = column + shown.length - shown.trimStart().length;
      const words = shown.trimStart();
      const x = (PADDING + start * CELL.width).toFixed(1);
      const length = ([...words].length * CELL.width).toFixed(1);
      const fill = style.color !== undefined ? COLORS[style.color] : style.dim ? COLORS.dim : undefined;
      const attributes = [fill && `fill="${fill}"`, style.bold && 'font-weight="bold"'].filter(Boolean);
      return `<text x="${x}" y="${y}" textLength="${length}"${attributes.map((a) => ` ${a}`).join('')}>${escapeXml(words)}</text>`;
    })
    .join('');
}

function isSameStyle(a, b) {
  return a.color === b.color && a.bold === b.bold && a.dim === b.dim;
}

function renderSvg(ansi, { columns, prompt, title }) {
  const command = prompt === undefined ? '' : `\x1b[2m$\x1b[0m \x1b[1m${prompt}\x1b[0m\n`;
  const lines = readCells(`${command}${ansi}`.trimEnd()).flatMap((cells) =>
    breakLine(cells, Number(columns)),
  );
  const width = Math.ceil(2 * PADDING + Number(columns) * CELL.width);
  const height = BAR + 2 * PADDING + lines.length * CELL.height;
  const texts = lines.map((cells, row) => renderLine(cells, BAR + PADDING + row * CELL.height + FONT_SIZE));
  const plain = lines.map((cells) => cells.map(({ char }) => char).join('')).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escapeXml(title)}</title>
<desc>${escapeXml(plain)}</desc>
<rect width="${width}" height="${height}" rx="8" fill="${COLORS.back}"/>
<path d="M0 ${BAR}V8a8 8 0 0 1 8-8h${width - 16}a8 8 0 0 1 8 8v${BAR - 8}z" fill="${COLORS.bar}"/>
<circle cx="20" cy="15" r="5" fill="${COLORS[31]}"/><circle cx="38" cy="15" r="5" fill="${COLORS[33]}"/><circle cx="56" cy="15" r="5" fill="${COLORS[32]}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}" fill="${COLORS.text}" xml:space="preserve">
${texts.filter((text) => text !== '').join('\n')}
</g>
</svg>
`;
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
