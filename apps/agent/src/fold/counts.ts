/** What became of the readings since the fold was made; every number only grows. */
export interface FoldCounts {
  /** Readings of containers looked at. */
  readings: number;
  /** Windows handed out. */
  windows: number;
  /** A sample repeated: less than a second after the container's last one. */
  repeated: number;
  /** Older than the container's last sample, or than a window already closed. */
  late: number;
  /** A counter that went back without a restart: its interval was left out. */
  resets: number;
  /** Values negative, infinite or not a number; keys with an empty part; times out of range. */
  refused: number;
  /** Distances between two samples too long to be covered. */
  gaps: number;
  /** At or before the end of what an earlier process had sealed. */
  alreadySealed: number;
  /** Readings of new containers refused because `maxContainers` are being followed. */
  tooMany: number;
  /** Windows given up: a sample fell into them, but no whole second was covered. */
  uncovered: number;
  /** The clock was set back by more than ten minutes. */
  clockSteps: number;
}

/** All zero. */
export function noCounts(): FoldCounts {
  return {
    readings: 0,
    windows: 0,
    repeated: 0,
    late: 0,
    resets: 0,
    refused: 0,
    gaps: 0,
    alreadySealed: 0,
    tooMany: 0,
    uncovered: 0,
    clockSteps: 0,
  };
}
