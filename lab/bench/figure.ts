/** One measured number, and what it is held against. */
export interface Figure {
  /** What was measured, with the shape of the load: `decode and merge, hour of 240 samples`. */
  readonly figure: string;
  readonly value: number;
  /** Unit of `value`, `goal` and `peerValue`: `1/s`, `B`. */
  readonly unit: string;
  /** The number wanted; null where the figure is only reported. */
  readonly goal: number | null;
  /** Whether the goal is met; null where there is none. */
  readonly holds: boolean | null;
  /** What else does this job, and how well; null where nothing was compared. */
  readonly peer: string | null;
  readonly peerValue: number | null;
}

/** A figure that should be at least its goal, such as a rate. */
export function atLeast(figure: string, value: number, unit: string, goal: number): Figure {
  return { figure, value, unit, goal, holds: value >= goal, peer: null, peerValue: null };
}

/** A figure that should be at most its goal, such as a size. */
export function atMost(figure: string, value: number, unit: string, goal: number): Figure {
  return { figure, value, unit, goal, holds: value <= goal, peer: null, peerValue: null };
}
