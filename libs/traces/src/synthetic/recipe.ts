import type { SampleAllocation, SyntheticLabel } from '../samples/index.ts';
import type { SeededRandom } from './seeded-random.ts';

/** The moment a demand is asked for. */
export interface Moment {
  /** Seconds since the recording began. */
  readonly t: number;
  /** Seconds since this container started; at least 0. */
  readonly uptime: number;
  /** 0 for the first replica. */
  readonly replica: number;
  readonly random: SeededRandom;
}

/** What the container would use if nothing held it back. */
export interface Demand {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/** One workload of the synthetic fleet. */
export interface Recipe {
  readonly label: SyntheticLabel;
  /** Name of the Deployment. */
  readonly name: string;
  readonly replicas: number;
  readonly allocation: SampleAllocation;
  /** Times at which it is restarted on purpose, in seconds, multiples of the step; increasing. */
  readonly restartsAt: readonly number[];
  demand(moment: Moment): Demand;
}
