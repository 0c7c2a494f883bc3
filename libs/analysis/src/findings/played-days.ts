import { type DatedDay, hourOfPods, sumDay, type UsageWindow, WINDOW_MS } from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import type { SampleSeries } from '@trimtab/traces';
import { type Bytes, epochDay, epochMs, HOUR_MS, SECOND_MS } from '@trimtab/units';

const FIRST_DAY = 20_000;
const DAY_SECONDS = 86_400;
const HOURS_PER_DAY = 24;
const WINDOW_SECONDS = 300;
/** As agents count it. */
const START_UP_SECONDS = 300;

/** What one pod did in one step. */
export interface Step {
  /** Seconds since the first day began. */
  readonly t: number;
  readonly stepSeconds: number;
  readonly cpuCores?: number;
  readonly memoryBytes?: number;
  /** Seconds since the container started, at the step's end; absent where it is not known. */
  readonly uptime?: number;
  readonly throttledSeconds?: number;
  readonly oomKills?: number;
  readonly oomLimit?: Bytes;
  readonly restarts?: number;
}

/** A pod with its steps in order of time. */
export interface PlayedPod {
  readonly name: string;
  readonly steps: Iterable<Step>;
}

/** For tests: the day sums that agent and packer would make of a workload's pods, day 20,000 first. */
export function playDays(pods: readonly PlayedPod[]): DatedDay[] {
  const windows = new Map<number, Map<string, OpenWindow[]>>();
  for (const { name, steps } of pods) {
    let open: OpenWindow | undefined;
    for (const step of steps) {
      const start = Math.floor(step.t / WINDOW_SECONDS) * WINDOW_SECONDS;
      if (open?.start !== start) {
        open = new OpenWindow(start);
        const hour = Math.floor(start / 3600);
        const ofHour = windows.get(hour) ?? new Map<string, OpenWindow[]>();
        windows.set(hour, ofHour);
        ofHour.set(name, [...(ofHour.get(name) ?? []), open]);
      }
      open.add(step);
    }
  }
  const hours = [...windows].map(([hour, ofPods]) => {
    const named = [...ofPods].map(([podName, some]) => ({
      ...{ podUid: podName, podName },
      windows: some.map((window) => window.close()),
    }));
    return { hour, content: hourOfPods(named) };
  });
  const days = Map.groupBy(hours, ({ hour }) => Math.floor(hour / HOURS_PER_DAY));
  return [...days]
    .sort(([a], [b]) => a - b)
    .map(([day, own]) => {
      const places = Array.from({ length: HOURS_PER_DAY }, (_, at) => day * HOURS_PER_DAY + at);
      const sum = sumDay(places.map((hour) => own.find((each) => each.hour === hour)?.content));
      return { day: epochDay(FIRST_DAY + day), sum };
    });
}

/** A sample series as a pod; what its source does not measure is absent. */
export function podOfSample(sample: SampleSeries): PlayedPod {
  return { name: sample.workload.pod, steps: stepsOf(sample) };
}

function* stepsOf({ series, steps, allocation }: SampleSeries): Generator<Step> {
  const { stepSeconds } = series;
  for (const [at, t] of series.t.entries()) {
    const [cpuCores = Number.NaN, memoryBytes = Number.NaN] = [
      series.cpuCores[at],
      series.memoryBytes[at],
    ];
    const oomKills = steps?.oomKills[at];
    const startedAt = steps?.startedAt[at];
    yield {
      ...{ t, stepSeconds },
      ...(steps === undefined ? {} : { oomKills: oomKills ?? 0 }),
      ...(steps === undefined ? {} : { restarts: steps.restarts[at] ?? 0 }),
      ...(Number.isNaN(cpuCores) ? {} : { cpuCores }),
      ...(Number.isNaN(memoryBytes) ? {} : { memoryBytes }),
      ...(startedAt === undefined ? {} : { uptime: t + stepSeconds - startedAt }),
      ...(steps === undefined ? {} : { throttledSeconds: steps.throttledSeconds[at] ?? 0 }),
      ...(oomKills !== undefined && oomKills > 0 && allocation.memoryLimit !== undefined
        ? { oomLimit: allocation.memoryLimit }
        : {}),
    };
  }
}

class OpenWindow {
  readonly start: number;
  readonly #cpu = new Sketch();
  readonly #startupCpu = new Sketch();
  readonly #memory = new Sketch();
  readonly #steps: Step[] = [];

  constructor(start: number) {
    this.start = start;
  }

  add(step: Step): void {
    const { cpuCores, memoryBytes, uptime } = step;
    const isStartup = uptime !== undefined && uptime <= START_UP_SECONDS;
    if (cpuCores !== undefined) (isStartup ? this.#startupCpu : this.#cpu).add(cpuCores);
    if (memoryBytes !== undefined) this.#memory.add(memoryBytes);
    this.#steps.push(step);
  }

  close(): UsageWindow {
    const [first, last] = [this.#steps[0], this.#steps.at(-1)];
    const fromSecond = (first?.t ?? 0) - this.start;
    const throttled = this.#steps.flatMap((step) => step.throttledSeconds ?? []);
    const kills = this.#steps.flatMap((step) => step.oomKills ?? []);
    const restarts = this.#steps.flatMap((step) => step.restarts ?? []);
    const oomLimit = this.#steps.findLast((step) => step.oomLimit !== undefined)?.oomLimit;
    const total = (values: readonly number[]): number =>
      values.reduce((sum, each) => sum + each, 0);
    return {
      start: epochMs(FIRST_DAY * HOURS_PER_DAY * HOUR_MS + this.start * SECOND_MS),
      fromSecond,
      toSecond: Math.min(
        WINDOW_MS / SECOND_MS,
        (last?.t ?? 0) - this.start + (last?.stepSeconds ?? 0),
      ),
      cpu: this.#cpu,
      startupCpu: this.#startupCpu,
      memory: this.#memory,
      ...(throttled.length === 0 ? {} : { throttledSeconds: total(throttled) }),
      ...(oomLimit === undefined ? {} : { oomLimit }),
      ...(kills.length === 0 ? {} : { oomKills: total(kills) }),
      ...(restarts.length === 0 ? {} : { restarts: total(restarts) }),
    };
  }
}

/** For tests: steps of `stepSeconds` over `days`, each made from its time. */
export function* stepsOver(
  days: number,
  stepSeconds: number,
  make: (t: number) => Omit<Step, 't' | 'stepSeconds'> | undefined,
): Generator<Step> {
  for (let t = 0; t < days * DAY_SECONDS; t += stepSeconds) {
    const made = make(t);
    if (made !== undefined) yield { t, stepSeconds, ...made };
  }
}
