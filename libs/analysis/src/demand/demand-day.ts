import type { Sketch } from '@trimtab/sketch';
import type { EpochDay } from '@trimtab/units';

/**
 * What one day asked of one resource. Amounts are millicores for CPU and bytes for memory; `toAmount`
 * turns the windows' own unit (cores, bytes) into them.
 */
export interface DemandDay {
  readonly day: EpochDay;
  /** Share of the day that was measured, 0 to 1; the least covered replica-equivalent decides. */
  readonly cover: number;
  /** Whether the cover suffices (80 %) for the day to be scored. */
  readonly isCovered: boolean;
  /** The smallest request that would not have missed the day. */
  readonly demand: number;
  /** Mean over the covered windows. */
  readonly meanUsage: number;
  /** One value a pod and 5-minute window, in cores or bytes. */
  readonly windows: Sketch;
  readonly toAmount: number;
  /** Part of `demand` that was not used but wanted: throttled time. */
  readonly throttled: number;
  /** One amount an hour: CPU its mean, memory its peak; undefined where not measured. */
  readonly hours: readonly (number | undefined)[];
  /** Highest memory limit at which a kill happened on that day. */
  readonly killedAt?: number;
}
