/** The name under which the generated series go. */
export const SYNTHETIC_SET = 'synthetic';

/** Where a set of shipped samples comes from and what it lacks. `samples/ATTRIBUTION.md` says it at length. */
export interface SampleSet {
  readonly name: string;
  /** What one series is, in a few words. */
  readonly what: string;
  readonly origin: string;
  /** SPDX expression of the recording's licence. */
  readonly licence: string;
  readonly stepSeconds: number;
  /** Whether an allocation file ships with it. */
  readonly hasAllocations: boolean;
  /** Why its series have no memory readings; undefined where they have. */
  readonly whyNoMemory?: string;
  /** Why its series have no request and no limit; undefined where they have. */
  readonly whyNoAllocation?: string;
  /** What to bear in mind when its numbers are read. */
  readonly note: string;
}

/** The recorded sets that ship, in the order in which they are handed out. */
export const SAMPLE_SETS: readonly SampleSet[] = [
  {
    name: 'azure2017-vms',
    what: 'virtual machine',
    origin: 'Azure Public Dataset V1, 2017',
    licence: 'CC-BY-4.0',
    stepSeconds: 300,
    hasAllocations: false,
    whyNoMemory: 'azure2017-vms has no memory readings',
    whyNoAllocation: 'azure2017-vms does not tell the size of a machine',
    note: 'CPU was recorded in percent of the machine; 100 % is read as one core.',
  },
  {
    name: 'cluster-pools',
    what: 'resource pool of a cloud provider',
    origin: 'Cloud Cluster Capacity Dataset, 2024',
    licence: 'Apache-2.0',
    stepSeconds: 300,
    hasAllocations: false,
    whyNoAllocation: 'cluster-pools does not tell what a pool was given',
    note: 'A whole pool stands as one container; its sizes are those of many.',
  },
  {
    name: 'gcd2011-jobs',
    what: 'Borg job, summed over its tasks',
    origin: 'Google cluster-usage trace 2011-2',
    licence: 'CC-BY-4.0',
    stepSeconds: 300,
    hasAllocations: false,
    whyNoAllocation: 'gcd2011-jobs does not tell what a job was given',
    note: 'Shapes are real, absolute sizes are not: 100 % is read as one core and as 4 GiB.',
  },
  {
    name: 'google2019-tasks',
    what: 'Borg task',
    origin: 'Google cluster-usage trace 2019',
    licence: 'CC-BY-4.0',
    stepSeconds: 300,
    hasAllocations: true,
    note: "The median of the task's one allocation stands for both request and limit, so usage may exceed it at times; 1.0 is read as 64 cores and as 256 GiB.",
  },
  {
    name: 'nab-cloudwatch',
    what: 'EC2 or RDS instance',
    origin: 'Numenta Anomaly Benchmark, AWS CloudWatch',
    licence: 'MIT',
    stepSeconds: 300,
    hasAllocations: false,
    whyNoMemory: 'nab-cloudwatch has no memory readings',
    whyNoAllocation: 'nab-cloudwatch does not tell the size of an instance',
    note: 'Chosen by its makers because each holds an anomaly; 100 % is read as one core.',
  },
  {
    name: 'nezha-pods',
    what: 'Kubernetes pod of a test bed',
    origin: 'Nezha observability data, 2022 and 2023',
    licence: 'MIT',
    stepSeconds: 60,
    hasAllocations: true,
    note: "Half a day to two days, faults injected on purpose; the pod's limit is worked out from usage and usage rate, roughly for memory, and stands for the request too.",
  },
];
