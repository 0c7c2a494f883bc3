import type {
  ClusterSummaryRow,
  ContainerRow,
  RecommendationRow,
  WorkloadRow,
} from '@trimtab/store/answer';
import { dayStart, epochDay, epochHour, hourStart } from '@trimtab/units';
import type {
  ClusterView,
  ContainerView,
  Evidence,
  Preset,
  Proof,
  ProofView,
  RecommendationStatus,
  RecommendationView,
  ResourceView,
  Verdict,
  WorkloadView,
} from '@trimtab/wire/rest';

/** A cluster as JSON has it. */
export function clusterView(row: ClusterSummaryRow): ClusterView {
  const { id, name, createdAt, agents, workloads, containers, lastHour } = row;
  return {
    ...{ id, name, agents, workloads, containers },
    createdAt: createdAt.toISOString(),
    lastHour: lastHour === null ? null : hourText(lastHour),
  };
}

/** A workload as JSON has it. */
export function workloadView(row: WorkloadRow): WorkloadView {
  const { id, cluster, namespace, kind, name, containers } = row;
  return {
    ...{ id, cluster, namespace, kind, name, containers },
    labels: labelsOf(row.labels),
    firstHour: hourText(row.firstHour),
    lastHour: hourText(row.lastHour),
  };
}

/** A container as JSON has it. */
export function containerView(row: ContainerRow): ContainerView {
  const { id, workloadId, cluster, namespace, kind, workload, container } = row;
  const { cpuRequest, cpuLimit, memoryRequest, memoryLimit } = row;
  return {
    ...{ id, workloadId, cluster, namespace, kind, workload, container },
    labels: labelsOf(row.labels),
    firstHour: hourText(row.firstHour),
    lastHour: hourText(row.lastHour),
    sizes: { cpuRequest, cpuLimit, memoryRequest, memoryLimit },
    sizesHour: row.sizesHour === null ? null : hourText(row.sizesHour),
  };
}

/** A recommendation as JSON has it. Every number in it is of one run: the current sizes are those that were judged. */
export function recommendationView(row: RecommendationRow, evidence: Evidence): RecommendationView {
  const { id, cluster, namespace, kind, workload, container, synthetic, runId } = row;
  const sizes = evidence.currentSizes;
  return {
    ...{ id, cluster, namespace, kind, workload, container },
    labels: labelsOf(row.labels),
    synthetic,
    preset: presetOf(row.preset),
    status: statusOf(evidence),
    cpu: resourceView('CPU', evidence.cpu, { request: sizes.cpuRequest, limit: sizes.cpuLimit }),
    memory: resourceView('memory', evidence.memory, {
      request: sizes.memoryRequest,
      limit: sizes.memoryLimit,
    }),
    proof: proofView(evidence.proof),
    currentProof: evidence.currentProof === undefined ? null : proofView(evidence.currentProof),
    findings: evidence.findings ?? [],
    daysSeen: evidence.proof.daysSeen,
    asOfDay: dateText(evidence.asOfDay),
    runId,
  };
}

interface Current {
  readonly request: number | undefined;
  readonly limit: number | undefined;
}

function resourceView(resource: string, verdict: Verdict, current: Current): ResourceView {
  return {
    current: {
      request: current.request ?? null,
      limit: current.limit ?? null,
      whyMissing: whyMissing(resource, current),
    },
    recommended:
      verdict.kind === 'withheld'
        ? null
        : {
            request: verdict.request,
            limit: verdict.limit ?? null,
            model: verdict.model,
            bound: verdict.bound,
          },
    withheld: verdict.kind === 'withheld' ? { code: verdict.code, reason: verdict.reason } : null,
    changePercent: changePercent(verdict, current.request),
  };
}

function whyMissing(resource: string, { request, limit }: Current): string | null {
  const missing = [
    ...(request === undefined ? ['request'] : []),
    ...(limit === undefined ? ['limit'] : []),
  ];
  if (missing.length === 0) return null;
  return `the pods have no ${resource} ${missing.join(' and no ')}, or none was told`;
}

/** Undefined and zero requests give null: there is nothing to compare with. */
function changePercent(verdict: Verdict, current: number | undefined): number | null {
  if (verdict.kind === 'withheld' || current === undefined || current === 0) return null;
  return (verdict.request / current - 1) * 100;
}

function statusOf({ cpu, memory }: Evidence): RecommendationStatus {
  if (cpu.kind !== memory.kind) return 'partial';
  return cpu.kind === 'recommended' ? 'recommended' : 'withheld';
}

function proofView(proof: Proof): ProofView | null {
  if (proof.daysScored === 0) return null;
  const { daysSeen, daysScored, cpu, memory } = proof;
  return { daysSeen, daysScored, cpu: cpu ?? null, memory: memory ?? null };
}

const PRESETS: readonly Preset[] = ['savings', 'balanced', 'reliability'];

/** The controller writes one of the three; should it ever write another, the plain one is shown. */
function presetOf(text: string): Preset {
  return PRESETS.find((preset) => preset === text) ?? 'balanced';
}

/** What is not text is left out: labels are text in Kubernetes. */
function labelsOf(stored: unknown): Record<string, string> {
  if (typeof stored !== 'object' || stored === null) return {};
  return Object.fromEntries(
    Object.entries(stored).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
}

function hourText(hour: number): string {
  return new Date(hourStart(epochHour(hour))).toISOString();
}

function dateText(day: number): string {
  return new Date(dayStart(epochDay(day))).toISOString().slice(0, 10);
}
