/** The quantile of sorted values at rank `share * (n - 1)`, linear between neighbours, as Prometheus and numpy do. Needs at least one value. */
export function interpolatedQuantile(sorted: Float64Array, share: number): number {
  const rank = share * (sorted.length - 1);
  const below = Math.min(Math.max(Math.floor(rank), 0), sorted.length - 1);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (rank - below);
}

/** Joins two sorted arrays into one; costs one pass. */
export function mergeSorted(a: Float64Array, b: Float64Array): Float64Array {
  const merged = new Float64Array(a.length + b.length);
  let i = 0;
  let j = 0;
  for (let slot = 0; slot < merged.length; slot += 1) {
    const left = a[i] ?? Number.POSITIVE_INFINITY;
    const right = b[j] ?? Number.POSITIVE_INFINITY;
    if (i < a.length && left <= right) {
      merged[slot] = left;
      i += 1;
    } else {
      merged[slot] = right;
      j += 1;
    }
  }
  return merged;
}

/** Takes the values of one sorted array out of another that holds all of them; costs one pass. */
export function removeSorted(from: Float64Array, values: Float64Array): Float64Array {
  const rest = new Float64Array(from.length - values.length);
  let taken = 0;
  let slot = 0;
  for (const value of from) {
    if (taken < values.length && values[taken] === value) {
      taken += 1;
    } else {
      rest[slot] = value;
      slot += 1;
    }
  }
  return rest;
}
