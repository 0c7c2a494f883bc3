/** A logarithmic axis: where a value stands in pixels, and which values get a tick. */
export interface LogScale {
  at(value: number): number;
  /** Ticks inside the axis, far enough apart to be labelled. */
  ticksOf(candidates: readonly number[]): number[];
}

const MIN_TICK_GAP_PX = 24;

/**
 * Lays the values from `low` to `high` (both above 0) between two pixel positions. Values outside lie
 * outside; zero, which has no place on the axis, is put at the low end.
 */
export function logScale(
  values: { readonly low: number; readonly high: number },
  pixels: { readonly low: number; readonly high: number },
): LogScale {
  const span = Math.log(values.high / values.low);
  const at = (value: number): number => {
    if (value <= 0) return pixels.low;
    return pixels.low + (Math.log(value / values.low) / span) * (pixels.high - pixels.low);
  };
  return {
    at,
    ticksOf(candidates) {
      const ticks: number[] = [];
      for (const value of candidates) {
        if (value < values.low || value > values.high) continue;
        const last = ticks.at(-1);
        if (last === undefined || Math.abs(at(value) - at(last)) >= MIN_TICK_GAP_PX) {
          ticks.push(value);
        }
      }
      return ticks;
    },
  };
}
