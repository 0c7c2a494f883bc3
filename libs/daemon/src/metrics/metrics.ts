import { DaemonError } from '../errors.ts';
import { checkDeclaration, type Declaration, isSameDeclaration } from './declaration.ts';
import { type HistogramCell, histogramLines, valueLines } from './exposition.ts';
import { createFamily, type Family } from './family.ts';

/** A value for each label name `L`; left out for a metric without labels. */
export type Labels<L extends string> = Readonly<Record<L, string>>;

/** A number that only rises, from 0 at process start. */
export interface Counter<L extends string = never> {
  /** Adds 1. */
  inc(labels?: Labels<L>): void;
  /** Adds `amount`; a negative or non-finite amount is refused and counted. */
  add(amount: number, labels?: Labels<L>): void;
}

/** A number that rises and falls. */
export interface Gauge<L extends string = never> {
  /** Sets the value; NaN is a value too ("not known"). */
  set(value: number, labels?: Labels<L>): void;
  /** Adds `amount`, which may be negative. */
  add(amount: number, labels?: Labels<L>): void;
}

/** A distribution in fixed buckets. */
export interface Histogram<L extends string = never> {
  /** Counts `value`; a non-finite value is refused and counted. */
  observe(value: number, labels?: Labels<L>): void;
}

/** What a registry may be told. */
export interface MetricsOptions {
  /** Most label sets a metric; what would be one more is dropped and counted. Default 500. */
  readonly maxLabelSets?: number;
}

interface NumberCell {
  value: number;
}

const REFUSED_NAME = 'trimtab_metric_updates_refused_total';
const REFUSED_HELP =
  'Updates of a metric that were dropped: one label set too many, wrong labels or a bad value.';
const DEFAULT_LABEL_SETS = 500;

/**
 * The metrics of one process. Declaring throws TT_METRIC_DECLARATION for a bad name, unit, label or
 * bound, or when the name stands for something else already; the same declaration twice gives one
 * metric. Recording never throws: what is refused shows in `trimtab_metric_updates_refused_total`.
 */
export class Metrics {
  readonly #maxLabelSets: number;
  readonly #numbers = new Map<string, Family<NumberCell>>();
  readonly #histograms = new Map<string, Family<HistogramCell>>();
  readonly #collectors = new Set<() => void>();
  readonly #refused: Counter<'metric'>;

  constructor(options: MetricsOptions = {}) {
    this.#maxLabelSets = options.maxLabelSets ?? DEFAULT_LABEL_SETS;
    this.#refused = this.counter(REFUSED_NAME, REFUSED_HELP, ['metric']);
  }

  /** Declares a counter; its name ends in `_total`. */
  counter<const L extends string = never>(
    name: string,
    help: string,
    labels: readonly L[] = [],
  ): Counter<L> {
    const family = this.#numberFamily({ name, help, kind: 'counter', labels, bounds: [] });
    const add = (amount: number, values: Labels<L> | undefined): void => {
      if (!(amount >= 0 && amount < Number.POSITIVE_INFINITY)) {
        this.#refuse(name);
        return;
      }
      const cell = family.cell(values);
      if (cell !== undefined) {
        cell.value += amount;
      }
    };
    return { inc: (values) => add(1, values), add };
  }

  /** Declares a gauge; its name carries the unit, if it has one. */
  gauge<const L extends string = never>(
    name: string,
    help: string,
    labels: readonly L[] = [],
  ): Gauge<L> {
    const family = this.#numberFamily({ name, help, kind: 'gauge', labels, bounds: [] });
    const update = (values: Labels<L> | undefined, next: (value: number) => number): void => {
      const cell = family.cell(values);
      if (cell !== undefined) {
        cell.value = next(cell.value);
      }
    };
    return {
      set: (value, values) => update(values, () => value),
      add: (amount, values) => update(values, (value) => value + amount),
    };
  }

  /**
   * Declares a histogram; its name ends in `_seconds`, `_bytes`, another plural or `_ratio`. `bounds`
   * are the buckets' upper ends (inclusive), finite and strictly increasing; +Inf is added.
   */
  histogram<const L extends string = never>(
    name: string,
    help: string,
    bounds: readonly number[],
    labels: readonly L[] = [],
  ): Histogram<L> {
    const family = this.#histogramFamily({ name, help, kind: 'histogram', labels, bounds });
    return {
      observe: (value, values) => {
        if (!Number.isFinite(value)) {
          this.#refuse(name);
          return;
        }
        const cell = family.cell(values);
        if (cell !== undefined) {
          const bucket = bucketOf(bounds, value);
          cell.counts[bucket] = (cell.counts[bucket] ?? 0) + 1;
          cell.sum += value;
        }
      },
    };
  }

  /** Calls `collect` before each exposition, to set gauges from state that lives elsewhere. A throw is swallowed and counted. */
  onCollect(collect: () => void): void {
    this.#collectors.add(collect);
  }

  /** All metrics in the Prometheus text exposition format 0.0.4, sorted by name. */
  text(): string {
    for (const collect of this.#collectors) {
      try {
        collect();
      } catch {
        this.#refuse('collector');
      }
    }
    const blocks = new Map<string, string[]>();
    for (const [name, family] of this.#numbers) {
      blocks.set(
        name,
        valueLines(family, (cell) => cell.value),
      );
    }
    for (const [name, family] of this.#histograms) {
      blocks.set(name, histogramLines(family));
    }
    const lines = [...blocks.keys()].sort().flatMap((name) => blocks.get(name) ?? []);
    return `${lines.join('\n')}\n`;
  }

  #numberFamily(declaration: Declaration): Family<NumberCell> {
    return this.#familyIn(this.#numbers, declaration, () => ({ value: 0 }));
  }

  #histogramFamily(declaration: Declaration): Family<HistogramCell> {
    const makeCell = (): HistogramCell => ({
      counts: new Array<number>(declaration.bounds.length + 1).fill(0),
      sum: 0,
    });
    return this.#familyIn(this.#histograms, declaration, makeCell);
  }

  #familyIn<Cell>(
    families: Map<string, Family<Cell>>,
    declaration: Declaration,
    makeCell: () => Cell,
  ): Family<Cell> {
    checkDeclaration(declaration);
    const { name } = declaration;
    const before = (this.#numbers.get(name) ?? this.#histograms.get(name))?.declaration;
    if (before !== undefined && !isSameDeclaration(before, declaration)) {
      throw new DaemonError(
        'TT_METRIC_DECLARATION',
        `${declaration.kind} '${name}' is declared already with another kind, help text, labels or bounds`,
      );
    }
    const held = families.get(name);
    if (held !== undefined) {
      return held;
    }
    const family = createFamily(declaration, makeCell, this.#maxLabelSets, () =>
      this.#refuse(name),
    );
    families.set(name, family);
    return family;
  }

  #refuse(metric: string): void {
    // The counter of refusals must not call itself when it is the one that is full.
    if (metric !== REFUSED_NAME) {
      this.#refused.inc({ metric });
    }
  }
}

/** Index of the first bound that is at least `value`; `bounds.length` (the +Inf bucket) when none is. */
function bucketOf(bounds: readonly number[], value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (bounds[middle] ?? Number.POSITIVE_INFINITY)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
