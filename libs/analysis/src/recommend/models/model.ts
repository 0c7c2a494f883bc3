import type { DemandDay } from '../../demand/index.ts';

/**
 * One way of naming a size from the days seen so far, as it runs over one resource of one workload.
 * Amounts are those of the days it is shown: millicores or bytes. The margin is not applied here.
 */
export interface ModelRun {
  /** Shows the next day. */
  observe(day: DemandDay): void;
  /** The size before the margin; undefined before the first day. */
  base(): number | undefined;
}
