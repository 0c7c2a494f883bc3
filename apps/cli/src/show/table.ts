import { styleText } from 'node:util';

/** How one column looks; `right` suits numbers. A cell longer than `maxWidth` is cut with an ellipsis. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly maxWidth?: number;
}

export type CellStyle = 'plain' | 'dim' | 'good' | 'warn';

/** A cell is plain text, or text with a style that is left out where colour is not wanted. */
export type Cell = string | { readonly text: string; readonly style: CellStyle };

const GAP = '  ';
const ELLIPSIS = '…';

/** Lays rows out under their titles, two spaces between columns, no trailing blanks. One line a row; no rows gives the titles only. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: { readonly color: boolean },
): string {
  const texts = rows.map((row) => columns.map((column, i) => cut(textOf(row[i]), column.maxWidth)));
  const widths = columns.map((column, i) =>
    Math.max(column.title.length, ...texts.map((row) => width(row[i] ?? ''))),
  );
  const head = columns.map((column, i) => pad(column.title, widths[i] ?? 0, column.align));
  const lines = texts.map((row, r) =>
    columns.map((column, i) => {
      const padded = pad(row[i] ?? '', widths[i] ?? 0, column.align);
      return options.color ? paint(padded, styleOf(rows[r]?.[i])) : padded;
    }),
  );
  const title = head.join(GAP).trimEnd();
  return [
    options.color ? styleText('bold', title, { validateStream: false }) : title,
    ...lines.map((line) => line.join(GAP).trimEnd()),
  ].join('\n');
}

function textOf(cell: Cell | undefined): string {
  const text = cell === undefined ? '' : typeof cell === 'string' ? cell : cell.text;
  // Names come from customers' clusters: a control character must not reach the terminal.
  return text.replace(/\p{Cc}/gu, '�');
}

function styleOf(cell: Cell | undefined): CellStyle {
  return cell === undefined || typeof cell === 'string' ? 'plain' : cell.style;
}

function cut(text: string, maxWidth: number | undefined): string {
  if (maxWidth === undefined || width(text) <= maxWidth) return text;
  return [...text].slice(0, maxWidth - 1).join('') + ELLIPSIS;
}

function width(text: string): number {
  return [...text].length;
}

function pad(text: string, to: number, align: Column['align']): string {
  const fill = ' '.repeat(Math.max(0, to - width(text)));
  return align === 'right' ? fill + text : text + fill;
}

function paint(text: string, style: CellStyle): string {
  if (style === 'plain') return text;
  const color = { dim: 'dim', good: 'green', warn: 'yellow' } as const;
  return styleText(color[style], text, { validateStream: false });
}
