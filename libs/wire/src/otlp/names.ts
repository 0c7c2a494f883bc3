/** The names on the wire: what each attribute and metric is called, and each metric's unit and kind. */

/** The sender's `service.name`. */
export const SERVICE_NAME = 'trimtab-agent';

/** Attributes of the sender. */
export const SENDER = {
  service: 'service.name',
  /** 16 lower-case hexadecimal digits. */
  epoch: 'trimtab.batch.epoch',
  seq: 'trimtab.batch.seq',
  /** Whole days since 1970 UTC. */
  sealedDay: 'trimtab.batch.sealed_day',
} as const;

/** Attributes of a container. */
export const CONTAINER = {
  namespace: 'k8s.namespace.name',
  podName: 'k8s.pod.name',
  podUid: 'k8s.pod.uid',
  container: 'k8s.container.name',
  ownerKind: 'trimtab.owner.kind',
  ownerName: 'trimtab.owner.name',
} as const;

/** A pod's label is an attribute of this name followed by the label's key. */
export const LABEL_PREFIX = 'k8s.pod.label.';

/** Attributes of a single data point. */
export const POINT = {
  /** Of `container.cpu.usage`: `startup` for the time in which the container started up. */
  phase: 'trimtab.phase',
  /** Of `container.oom_kills`: the limit in force at the last kill, bytes. */
  memoryLimit: 'trimtab.memory.limit',
} as const;

/** The only value of the phase. */
export const STARTUP = 'startup';

/** Aggregation temporalities of OTLP. */
export const DELTA = 1;
export const CUMULATIVE = 2;

/** Bit of a point's flags that says: no value was recorded. */
export const NO_VALUE = 1;

/** The kinds of metric that are read. */
export type MetricKind = 'sketch' | 'sum' | 'gauge';

/** A metric's name, unit and kind, as they must be on the wire. */
export interface MetricName {
  readonly name: string;
  readonly unit: string;
  readonly kind: MetricKind;
}

const CORES = '{cpu}';
const BYTES = 'By';

/** Metrics of a container that hold something of a window. Sketches and sums are deltas over the seconds covered. */
export const WINDOW_METRICS = {
  cpu: { name: 'container.cpu.usage', unit: CORES, kind: 'sketch' },
  memory: { name: 'container.memory.working_set', unit: BYTES, kind: 'sketch' },
  throttledSeconds: { name: 'container.cpu.throttled_time', unit: 's', kind: 'sum' },
  oomKills: { name: 'container.oom_kills', unit: '{kill}', kind: 'sum' },
  restarts: { name: 'container.restarts', unit: '{restart}', kind: 'sum' },
} as const satisfies Record<string, MetricName>;

/** Metrics of a container that hold one of its sizes. */
export const SIZE_METRICS = {
  cpuRequest: { name: 'k8s.container.cpu_request', unit: CORES, kind: 'gauge' },
  cpuLimit: { name: 'k8s.container.cpu_limit', unit: CORES, kind: 'gauge' },
  memoryRequest: { name: 'k8s.container.memory_request', unit: BYTES, kind: 'gauge' },
  memoryLimit: { name: 'k8s.container.memory_limit', unit: BYTES, kind: 'gauge' },
} as const satisfies Record<string, MetricName>;

/** Metrics of the sender: cumulative sums since its epoch began. */
export const COUNTER_METRICS = {
  sealed: { name: 'trimtab.agent.batches.sealed', unit: '{batch}', kind: 'sum' },
  acked: { name: 'trimtab.agent.batches.acked', unit: '{batch}', kind: 'sum' },
  coarsened: { name: 'trimtab.agent.windows.coarsened', unit: '{window}', kind: 'sum' },
  dropped: { name: 'trimtab.agent.windows.dropped', unit: '{window}', kind: 'sum' },
} as const satisfies Record<string, MetricName>;
