/**
 * From bodies to hours: blocks are decoded, pods resolved to workloads, and the windows of each pod put in order.
 *
 * | what is found | what happens |
 * |---|---|
 * | a block that cannot be decoded, or names that cannot be stored | the body is set aside with the reason, the rest goes on |
 * | the same pod, container and window twice (an agent was restarted in it) | disjoint seconds add, of overlapping ones the longer is kept and the overlap counted |
 * | several pods of one workload | kept apart here, pooled by `hourOfPods` |
 *
 * Limit: hours keep no pods, so halves of one window that arrive in different units (one was packed before the other
 * came) cannot be told from two pods. Samples and seconds still add up exactly, but the window's mean and peak stand
 * twice in `cpuMeans` and `memoryPeaks`, and an overlap is not seen. How the replicas differ is merged as `mergeSpreads`
 * of history says.
 */
import {
  type ContainerKey,
  type ContainerSizes,
  type ContainerUsage,
  decodeBlock,
  type PodWindows,
  type UsageWindow,
  unionWindows,
  workloadOf,
} from '@trimtab/history';
import type { AgentHour, BodyRow, PackedSeqs, SetAsideRow } from '@trimtab/store/pack';
import { type EpochHour, epochHour, hourStart, SECOND_MS } from '@trimtab/units';
import { whyUnusable } from './check-usage.ts';
import { Coverage } from './coverage.ts';

/** One workload container as some bodies saw it. */
export interface UnfoldedContainer {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly container: string;
  /** Of the newest window. */
  readonly labels: Readonly<Record<string, string>>;
  readonly sizes: ContainerSizes;
  readonly newestStart: number;
  /** By hour, in order. */
  readonly hours: readonly { readonly hour: EpochHour; readonly pods: readonly PodWindows[] }[];
}

/** What bodies became. */
export interface Unfolded {
  /** By namespace, kind, name, container. */
  readonly containers: readonly UnfoldedContainer[];
  readonly setAside: readonly SetAsideRow[];
  readonly agentHours: readonly AgentHour[];
  /** Of the bodies set aside too: they have been dealt with. */
  readonly agentEpochs: readonly PackedSeqs[];
}

/** Unfolds one body after the other. The same bodies in the same order give the same result. */
export class Unfolding {
  readonly #containers = new Map<string, OpenContainer>();
  readonly #setAside: SetAsideRow[] = [];
  readonly #ledger = new Ledger();

  /** Takes one body. Never throws at a bad one. */
  add(body: BodyRow): void {
    this.#ledger.noteBody(body);
    const read = readBody(body);
    if (read.kind === 'unusable') {
      this.#setAside.push({ body, reason: read.reason });
      return;
    }
    for (const usage of read.containers) this.#addUsage(body, read.hour, usage);
  }

  /** What all bodies added have become. Called once, at the end. */
  result(): Unfolded {
    // First, since joining windows is what counts the overlaps.
    const containers = [...this.#containers.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, open]) => closeContainer(open));
    return { containers, setAside: this.#setAside, ...this.#ledger.result() };
  }

  #addUsage(body: BodyRow, hour: EpochHour, usage: ContainerUsage): void {
    const first = usage.windows[0];
    if (first === undefined) return;
    const container = this.#containerOf(usage);
    const newestStart = usage.windows.at(-1)?.start ?? first.start;
    if (newestStart >= container.newestStart) {
      container.newestStart = newestStart;
      container.labels = usage.labels;
      container.sizes = usage.sizes;
    }
    const pod = podOf(container, hour, usage.key);
    const ledger = this.#ledger.hour(body, hour);
    for (const window of usage.windows) {
      const from = (window.start - hourStart(hour)) / SECOND_MS;
      ledger.coverage.add(from + window.fromSecond, from + window.toSecond);
      pod.told.push({ window, ledger });
    }
  }

  #containerOf(usage: ContainerUsage): OpenContainer {
    const { namespace, container } = usage.key;
    const { kind, name } = workloadOf(usage.key);
    const key = [namespace, kind, name, container].join('\0');
    let open = this.#containers.get(key);
    if (open === undefined) {
      open = {
        namespace,
        kind,
        name,
        container,
        labels: {},
        sizes: {},
        newestStart: 0,
        hours: new Map(),
      };
      this.#containers.set(key, open);
    }
    return open;
  }
}

interface OpenContainer {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly container: string;
  labels: Readonly<Record<string, string>>;
  sizes: ContainerSizes;
  newestStart: number;
  /** By hour, then uid of the pod. */
  readonly hours: Map<EpochHour, Map<string, OpenPod>>;
}

/** What was told of one pod in one hour. */
interface OpenPod {
  readonly podName: string;
  readonly told: ToldWindow[];
}

/** A window and the ledger of who told it. */
interface ToldWindow {
  readonly window: UsageWindow;
  readonly ledger: LedgerHour;
}

type BodyRead =
  | {
      readonly kind: 'usable';
      readonly hour: EpochHour;
      readonly containers: readonly ContainerUsage[];
    }
  | { readonly kind: 'unusable'; readonly reason: string };

const LONGEST_REASON = 500;

function readBody(body: BodyRow): BodyRead {
  try {
    const block = decodeBlock(body.block);
    const hour = epochHour(body.hour);
    if (block.hour !== hour) {
      return unusable(`the block says hour ${block.hour}, its row hour ${hour}; expected the same`);
    }
    for (const usage of block.containers) {
      const reason = whyUnusable(usage);
      if (reason !== undefined) return unusable(reason);
    }
    return { kind: 'usable', hour, containers: block.containers };
  } catch (error) {
    return unusable(error instanceof Error ? error.message : String(error));
  }
}

function unusable(reason: string): BodyRead {
  return { kind: 'unusable', reason: reason.slice(0, LONGEST_REASON).replaceAll('\0', '?') };
}

function podOf(container: OpenContainer, hour: EpochHour, key: ContainerKey): OpenPod {
  let pods = container.hours.get(hour);
  if (pods === undefined) {
    pods = new Map();
    container.hours.set(hour, pods);
  }
  let pod = pods.get(key.podUid);
  if (pod === undefined) {
    pod = { podName: key.podName, told: [] };
    pods.set(key.podUid, pod);
  }
  return pod;
}

function closeContainer(open: OpenContainer): UnfoldedContainer {
  const hours = [...open.hours.entries()]
    .sort(([a], [b]) => a - b)
    .map(([hour, pods]) => ({
      hour,
      pods: [...pods.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([podUid, { podName, told }]) => ({ podUid, podName, windows: joinRepeats(told) })),
    }));
  return { ...open, hours };
}

/** In order of start; a window told twice is joined, earliest seconds first so that halves find each other. */
function joinRepeats(told: readonly ToldWindow[]): UsageWindow[] {
  const sorted = [...told].sort(
    (a, b) => a.window.start - b.window.start || a.window.fromSecond - b.window.fromSecond,
  );
  const windows: UsageWindow[] = [];
  for (const { window, ledger } of sorted) {
    const last = windows.at(-1);
    if (last?.start !== window.start) {
      windows.push(window);
      continue;
    }
    const union = unionWindows(last, window);
    if (union.overlapped) ledger.overlapped += 1;
    windows[windows.length - 1] = union.window;
  }
  return windows;
}

interface LedgerHour {
  readonly agentId: number;
  readonly epoch: number | bigint;
  readonly hour: number;
  readonly coverage: Coverage;
  overlapped: number;
}

/** Which batches were packed and which seconds they covered. */
class Ledger {
  readonly #hours = new Map<string, LedgerHour>();
  readonly #epochs = new Map<
    string,
    { agentId: number; epoch: number | bigint; seqs: (number | bigint)[] }
  >();

  noteBody(body: BodyRow): void {
    const key = `${body.agentId}/${body.epoch}`;
    let epoch = this.#epochs.get(key);
    if (epoch === undefined) {
      epoch = { agentId: body.agentId, epoch: body.epoch, seqs: [] };
      this.#epochs.set(key, epoch);
    }
    epoch.seqs.push(body.seq);
  }

  hour(body: BodyRow, hour: number): LedgerHour {
    const key = `${body.agentId}/${body.epoch}/${hour}`;
    let open = this.#hours.get(key);
    if (open === undefined) {
      open = {
        agentId: body.agentId,
        epoch: body.epoch,
        hour,
        coverage: new Coverage(),
        overlapped: 0,
      };
      this.#hours.set(key, open);
    }
    return open;
  }

  result(): Pick<Unfolded, 'agentHours' | 'agentEpochs'> {
    const agentHours = [...this.#hours.values()].map(({ coverage, ...hour }) => ({
      ...hour,
      covered: coverage.runs(),
    }));
    return { agentHours, agentEpochs: [...this.#epochs.values()] };
  }
}
