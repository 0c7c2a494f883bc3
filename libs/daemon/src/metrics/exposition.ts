/**
 * The Prometheus text exposition format, version 0.0.4: for each metric a HELP and a TYPE line, then
 * one line a series. In help texts backslash and line feed are escaped, in label values the double
 * quote as well.
 */
import type { Declaration } from './declaration.ts';
import type { Family } from './family.ts';

/** The media type `/metrics` is served with. */
export const EXPOSITION_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** What one label set of a histogram has gathered. */
export interface HistogramCell {
  /** Observations a bucket, not cumulative; one more than there are bounds, the last for +Inf. */
  readonly counts: number[];
  sum: number;
}

/** The lines of a counter or gauge; `read` gives a cell's value. Empty when there is no series. */
export function valueLines<Cell>(family: Family<Cell>, read: (cell: Cell) => number): string[] {
  const { declaration } = family;
  const lines: string[] = [];
  for (const { values, cell } of family.cells()) {
    const labels = labelText(declaration.labels, values);
    lines.push(`${declaration.name}${labels} ${numberText(read(cell))}`);
  }
  return withHeader(declaration, lines);
}

/** The lines of a histogram: cumulative buckets up to +Inf, then sum and count. */
export function histogramLines(family: Family<HistogramCell>): string[] {
  const { name, labels, bounds } = family.declaration;
  const lines: string[] = [];
  for (const { values, cell } of family.cells()) {
    let count = 0;
    for (const [index, inBucket] of cell.counts.entries()) {
      count += inBucket;
      const bound = numberText(bounds[index] ?? Number.POSITIVE_INFINITY);
      lines.push(`${name}_bucket${labelText([...labels, 'le'], [...values, bound])} ${count}`);
    }
    const text = labelText(labels, values);
    lines.push(`${name}_sum${text} ${numberText(cell.sum)}`, `${name}_count${text} ${count}`);
  }
  return withHeader(family.declaration, lines);
}

function withHeader({ name, help, kind }: Declaration, lines: string[]): string[] {
  return lines.length === 0
    ? []
    : [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${kind}`, ...lines];
}

function labelText(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) {
    return '';
  }
  const pairs = names.map((name, index) => `${name}="${escapeLabelValue(values[index] ?? '')}"`);
  return `{${pairs.join(',')}}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) {
    return 'NaN';
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? '+Inf' : '-Inf';
  }
  return String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabelValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
