import type { Declaration } from './declaration.ts';

/** Longest label value kept, in UTF-16 units. */
const LONGEST_LABEL_VALUE = 128;

/** Label values by name, as a call site hands them in. */
type LabelValues = Readonly<Record<string, string>>;

/** One metric with all its label sets; `Cell` holds what one label set has gathered. */
export interface Family<Cell> {
  readonly declaration: Declaration;
  /** The cell of a label set; undefined (and counted as refused) for wrong labels or one set too many. */
  cell(labels?: LabelValues): Cell | undefined;
  /** Every label set with its values in the declared order, oldest first. */
  cells(): Iterable<{ readonly values: readonly string[]; readonly cell: Cell }>;
}

/** Builds a family that holds at most `maxLabelSets` label sets and reports each refusal. */
export function createFamily<Cell>(
  declaration: Declaration,
  makeCell: () => Cell,
  maxLabelSets: number,
  onRefused: () => void,
): Family<Cell> {
  const byKey = new Map<string, { values: readonly string[]; cell: Cell }>();
  if (declaration.labels.length === 0) {
    // Without labels the one series exists from the start, so that a rate sees the step from 0.
    byKey.set('', { values: [], cell: makeCell() });
  }
  return {
    declaration,
    cells: () => byKey.values(),
    cell: (labels = {}) => {
      const values = valuesOf(declaration.labels, labels);
      const key = values?.join('\u0000');
      const held = key === undefined ? undefined : byKey.get(key);
      if (held !== undefined) {
        return held.cell;
      }
      if (values === undefined || key === undefined || byKey.size >= maxLabelSets) {
        onRefused();
        return undefined;
      }
      const cell = makeCell();
      byKey.set(key, { values, cell });
      return cell;
    },
  };
}

function valuesOf(names: readonly string[], labels: LabelValues): string[] | undefined {
  const values: string[] = [];
  for (const name of names) {
    const value = labels[name];
    if (typeof value !== 'string') {
      return undefined;
    }
    values.push(value.slice(0, LONGEST_LABEL_VALUE).toWellFormed());
  }
  return Object.keys(labels).length === names.length ? values : undefined;
}
