import type { DemandDay } from '../../demand/index.ts';

/**
 * One way of naming a size from the days seen so far, as it runs over one resource of one workload.
 * Amounts are those of the days it is shown: millicores or bytes. The margin is not applied here.
 */
export interface ModelRun {
  /** Shows the next day. */
  observe(day: DemandDay): void;
  /** The size before the margin; undefined before the first day, or where the model has a reason not to speak. */
  base(): number | undefined;
  /** Share of days on which the base is expected to be exceeded, 0 to 1; only for models that state one. */
  risk?(): number | undefined;
  /** Why there is no base, for people. */
  silence?(): string | undefined;
}
