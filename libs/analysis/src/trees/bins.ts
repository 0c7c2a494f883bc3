/** Values of many rows cut into few bins a feature, column by column. */
export interface BinnedRows {
  readonly count: number;
  readonly features: number;
  /** Upper ends of the bins of each feature, rising; a value above the last one is in one bin more. */
  readonly edges: readonly Float32Array[];
  /** Bin of each value: `bins[feature * count + row]`. */
  readonly bins: Uint8Array;
}

const MOST_BINS = 64;
/** Rows looked at to place the edges; more would move none by a visible amount. */
const SAMPLED_ROWS = 8192;

/**
 * Bins row-major values. Edges lie at equal shares of the rows, half-way between two neighbouring
 * values, so that a value near an edge falls on the same side before and after storing.
 */
export function binRows(rows: Float32Array, features: number): BinnedRows {
  const count = rows.length / features;
  const bins = new Uint8Array(rows.length);
  const edges: Float32Array[] = [];
  for (let feature = 0; feature < features; feature += 1) {
    const ends = edgesOf(rows, features, feature);
    edges.push(ends);
    const start = feature * count;
    for (let row = 0; row < count; row += 1) {
      bins[start + row] = binOf(ends, rows[row * features + feature] ?? 0);
    }
  }
  return { count, features, edges, bins };
}

function edgesOf(rows: Float32Array, features: number, feature: number): Float32Array {
  const count = rows.length / features;
  const stride = Math.max(1, Math.ceil(count / SAMPLED_ROWS));
  const sample = new Float32Array(Math.ceil(count / stride));
  for (let place = 0; place < sample.length; place += 1) {
    sample[place] = rows[place * stride * features + feature] ?? 0;
  }
  sample.sort();
  const ends: number[] = [];
  for (let bin = 1; bin < MOST_BINS; bin += 1) {
    const place = Math.floor((bin * sample.length) / MOST_BINS);
    const below = sample[place - 1] ?? 0;
    const above = sample[place] ?? 0;
    const middle = Math.fround((below + above) / 2);
    if (middle >= below && middle < above && middle !== ends.at(-1)) ends.push(middle);
  }
  return Float32Array.from(ends);
}

/** The first bin whose upper end is not below the value. */
function binOf(ends: Float32Array, value: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (ends[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
