/** Attributes of an element; numbers are rounded to a hundredth of a pixel. */
export type Attributes = Readonly<Record<string, string | number>>;

/** An SVG element as text. Children are markup; text goes through `label`. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const parts = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeOf(value)}"`);
  const open = `<${name}${parts.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}

/** A text element; the words are escaped. */
export function label(words: string, attributes: Attributes): string {
  return element('text', attributes, escaped(words));
}

/** A line through the points, in pixels. */
export function polyline(
  points: readonly (readonly [number, number])[],
  attributes: Attributes,
): string {
  const path = points.map(([x, y]) => `${rounded(x)},${rounded(y)}`).join(' ');
  return element('polyline', { points: path, fill: 'none', ...attributes });
}

/** A straight line, in pixels. */
export function line(
  from: readonly [number, number],
  to: readonly [number, number],
  attributes: Attributes,
): string {
  return element('line', { x1: from[0], y1: from[1], x2: to[0], y2: to[1], ...attributes });
}

/*
 * Greys that keep a contrast of at least 4 to white and to near-black; where the viewer passes on the
 * reader's colour scheme, text becomes stronger.
 */
const STYLE = `
text { font: 13px system-ui, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif; fill: #6e7781; }
.title { font-size: 16px; font-weight: 600; }
.strong { font-weight: 600; }
.grid { stroke: #8b949e; stroke-opacity: 0.28; }
.axis { stroke: #8b949e; }
@media (prefers-color-scheme: dark) { text { fill: #b1bac4; } }
@media (prefers-color-scheme: light) { text { fill: #4a535c; } }
`;

/** A whole SVG document of the given size in pixels, with a title for those who cannot see it. */
export function document(
  size: { readonly width: number; readonly height: number },
  title: string,
  children: readonly string[],
): string {
  const { width, height } = size;
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
  };
  const body = [`<title>${escaped(title)}</title>`, `<style>${STYLE}</style>`, ...children];
  return `${element('svg', attributes, `\n${body.join('\n')}\n`)}\n`;
}

function attributeOf(value: string | number): string {
  return typeof value === 'number' ? String(rounded(value)) : escaped(value);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
