/** In units of the drawing. */
export const WIDTH = 900;
export const LEFT = 30;
export const RIGHT = 30;

/** Of what is told apart by colour, in this order: as many as a reader can tell apart. */
const LIGHT = ['#0969da', '#bc4c00', '#8250df', '#1b7c83', '#57606a', '#bf3989', '#7d6b00', '#a40e26'];
const DARK = ['#58a6ff', '#f0883e', '#bc8cff', '#39c5cf', '#9198a1', '#ff7bc3', '#d4b106', '#ff7b72'];

/** Colours as plain classes: not every viewer of SVG knows CSS variables. */
function coloursText(colours: readonly string[], own: Readonly<Record<string, string>>): string {
  return [
    `.ground { fill: ${own.ground}; } .over { stroke: ${own.ground}; } text { fill: ${own.text}; } .faint-text { fill: ${own.faintText}; }`,
    `.grid { stroke: ${own.faint}; } .target, .mark { stroke: ${own.target}; } .target-text { fill: ${own.target}; }`,
    `.missed-text { fill: ${own.missed}; }`,
    ...colours.map(
      (colour, index) => `.fill-${index} { fill: ${colour}; } .line-${index} { stroke: ${colour}; }`,
    ),
  ].join('\n  ');
}

/** The reader's setting decides between light and dark. */
const STYLE = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; }
  .title { font-size: 15px; font-weight: 600; }
  .small { font-size: 12px; }
  .over { paint-order: stroke; stroke-width: 4px; }
  .grid { stroke-width: 1; }
  .target { stroke-width: 1.5; stroke-dasharray: 6 4; }
  .mark { stroke-width: 2; }
  .curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
  .end { text-anchor: end; } .middle { text-anchor: middle; }
  ${coloursText(LIGHT, { ground: '#ffffff', text: '#1f2328', faintText: '#59636e', faint: '#d8dee4', target: '#1a7f37', missed: '#a40e26' })}
  @media (prefers-color-scheme: dark) {
  ${coloursText(DARK, { ground: '#0d1117', text: '#e6edf3', faintText: '#9198a1', faint: '#30363d', target: '#3fb950', missed: '#ff7b72' })}
  }
`;

/** A piece of a drawing: its lines, and how high it is. */
export interface Piece {
  readonly height: number;
  readonly lines: readonly string[];
}

/** What is told of it in words, and the drawing. */
export type Drawing = readonly [about: string, svg: string];

/** One drawing of pieces, one below the other. */
export function svgOf(label: string, pieces: readonly Piece[]): string {
  let top = 8;
  const placed = pieces.flatMap(({ height, lines }) => {
    const at = top;
    top += height;
    return [`<g transform="translate(0 ${at})">`, ...lines, '</g>'];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" role="img"`,
    `  aria-label="${escaped(label)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${top}"/>`,
    ...placed,
    '</svg>',
    '',
  ].join('\n');
}

export function text(x: number, y: number, words: string, classes = ''): string {
  const named = classes === '' ? '' : ` class="${classes}"`;
  return `<text${named} x="${tenth(x)}" y="${tenth(y)}">${escaped(words)}</text>`;
}

export function line(
  classes: string,
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
): string {
  return `<line class="${classes}" x1="${tenth(x1)}" x2="${tenth(x2)}" y1="${tenth(y1)}" y2="${tenth(y2)}"/>`;
}

export function box(classes: string, x: number, y: number, width: number, height: number): string {
  return `<rect class="${classes}" x="${tenth(x)}" y="${tenth(y)}" width="${tenth(Math.max(0, width))}" height="${height}"/>`;
}

const LEGEND_STEP = 20;

/** What colours stand for, from that height on, in as many rows as it takes. */
export function legend(names: readonly string[], y: number): Piece {
  let [x, row] = [LEFT, 0];
  const lines = names.flatMap((name, index) => {
    const width = 42 + 0.92 * widthOf(name);
    if (x > LEFT && x + width > WIDTH - RIGHT) [x, row] = [LEFT, row + 1];
    const at = { x, y: y + row * LEGEND_STEP };
    x += width;
    return [box(`fill-${index}`, at.x, at.y - 10, 12, 12), text(at.x + 17, at.y, name, 'small')];
  });
  return { height: (row + 1) * LEGEND_STEP, lines };
}

/** About how wide words are: nothing here knows the reader's font. */
export function widthOf(words: string): number {
  return words.length * 6.9;
}

export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
