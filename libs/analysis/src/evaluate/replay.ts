import {
  demandOf,
  type NamedSizes,
  type PeerFamilyRun,
  type PolicyRun,
  type Resource,
  sortedMeasured,
} from '../peers/index.ts';
import type { Contestants } from './contestants.ts';
import { daysOf, type SeriesDay, type UsageSeries, windowSecondsOf } from './series-days.ts';

const COVER_NEEDED = 0.8;
const WARM_UP_DAYS = 7;
const P95 = 0.95;
const DAY_SECONDS = 86_400;

/** How one contestant fared on the scored days of one series; amounts in cores or bytes. */
export interface Judged {
  /** The request in force on each scored day; NaN where none was named. */
  readonly requests: readonly number[];
  /** Windows of each scored day above the request. */
  readonly windowsAbove: readonly number[];
  /** Sum over those windows of what was short, amount x windows. */
  readonly short: readonly number[];
  /** Days from the warm-up on for which a number was named, and how often it then changed. */
  readonly namedDays: number;
  readonly changes: number;
  readonly downward: number;
}

/** One resource of one series after its replay. Arrays run over the scored days. */
export interface SeriesRecord {
  readonly id: string;
  /** Mean of all measured windows of the series, cores or bytes. */
  readonly meanUsage: number;
  readonly windowSeconds: number;
  readonly demands: readonly number[];
  readonly usageSums: readonly number[];
  readonly usageP95s: readonly number[];
  readonly windows: readonly number[];
  /** Policies first, then the peers at their defaults. */
  readonly judged: readonly Judged[];
  /** What each member of each family named, margin not yet applied: member, then scored day. */
  readonly bases: readonly (readonly number[])[];
}

/** The numbers a policy named for one day. */
export interface NamedDay {
  readonly day: number;
  readonly sizes: NamedSizes;
}

/** A replayed series: what is scored, and every number the first policy named. */
export interface Replayed {
  readonly cpu: SeriesRecord;
  readonly memory: SeriesRecord;
  readonly named: readonly NamedDay[];
}

/**
 * Replays one series: at the end of each day every contestant has seen all windows so far and names
 * the next day's request. Days under 80 % cover and the first seven are shown but not scored. The peers
 * see the covered days only, one after another: that is what gives the protocol's reference points.
 */
export function replaySeries(series: UsageSeries, contestants: Contestants): Replayed {
  const runs = contestants.policies.map((policy) => policy.start(series.id));
  const cpu = new ResourceReplay(series, 'cpu', contestants);
  const memory = new ResourceReplay(series, 'memory', contestants);
  const named: NamedDay[] = [];
  for (const day of daysOf(series)) {
    const sizes = runs.map((run) => (day.day === 0 ? {} : run.next()));
    const first = sizes[0];
    if (first !== undefined && day.day > 0) named.push({ day: day.day, sizes: first });
    cpu.step(
      day,
      sizes.map((size) => size.cpuCores ?? Number.NaN),
    );
    memory.step(
      day,
      sizes.map((size) => size.memoryBytes ?? Number.NaN),
    );
    showTo(runs, day);
  }
  return { cpu: cpu.record(), memory: memory.record(), named };
}

function showTo(runs: readonly PolicyRun[], day: SeriesDay): void {
  for (const run of runs) run.observe(day);
}

/** Keeps the books of one resource of one series while its days pass. */
class ResourceReplay {
  readonly #series: UsageSeries;
  readonly #resource: Resource;
  readonly #families: readonly PeerFamilyRun[];
  readonly #members: readonly string[];
  readonly #defaults: readonly { readonly member: string; readonly margin: number }[];
  readonly #books: Book[];
  readonly #demands: number[] = [];
  readonly #usageSums: number[] = [];
  readonly #usageP95s: number[] = [];
  readonly #windows: number[] = [];
  readonly #bases: number[][];
  #daysShown = 0;
  #usage = 0;
  #measured = 0;

  constructor(series: UsageSeries, resource: Resource, contestants: Contestants) {
    const families = contestants.families[resource];
    this.#series = series;
    this.#resource = resource;
    this.#families = families.map((family) => family.start());
    this.#members = families.flatMap((family) => family.members);
    this.#defaults = contestants.defaults.map((peer) => peer[resource]);
    const count = contestants.policies.length + this.#defaults.length;
    this.#books = Array.from({ length: count }, () => new Book());
    this.#bases = this.#members.map(() => []);
  }

  /** Judges the numbers named before the day, then shows the day to the peers. */
  step(day: SeriesDay, requests: readonly number[]): void {
    const sorted = sortedMeasured(day, this.#resource);
    if (day.day >= WARM_UP_DAYS) {
      const bases = this.#families.flatMap((family) => Array.from(family.bases()));
      const all = [...requests, ...this.#defaultsFrom(bases)];
      for (const [slot, book] of this.#books.entries()) book.name(all[slot] ?? Number.NaN);
      if (isScored(day, this.#resource)) this.#score(sorted, bases, all);
    }
    if (coverOf(day, this.#resource) >= COVER_NEEDED) this.#showPeers(day);
    for (const value of sorted) this.#usage += value;
    this.#measured += sorted.length;
  }

  record(): SeriesRecord {
    return {
      id: this.#series.id,
      meanUsage: this.#measured === 0 ? 0 : this.#usage / this.#measured,
      windowSeconds: windowSecondsOf(this.#series),
      demands: this.#demands,
      usageSums: this.#usageSums,
      usageP95s: this.#usageP95s,
      windows: this.#windows,
      judged: this.#books,
      bases: this.#bases,
    };
  }

  #defaultsFrom(bases: readonly number[]): number[] {
    return this.#defaults.map(
      (peer) => (bases[this.#members.indexOf(peer.member)] ?? Number.NaN) * peer.margin,
    );
  }

  /** Peers count covered days only, as if the others had not passed. */
  #showPeers(day: SeriesDay): void {
    const rank = this.#daysShown;
    this.#daysShown += 1;
    const shift = (day.day - rank) * DAY_SECONDS;
    const ranked =
      shift === 0
        ? day
        : { ...day, day: rank, seconds: day.seconds.map((second) => second - shift) };
    for (const family of this.#families) family.observe(ranked);
  }

  #score(sorted: Float64Array, bases: readonly number[], requests: readonly number[]): void {
    const { demand, usageP95 } = needsOf(sorted, this.#resource);
    this.#demands.push(demand);
    this.#usageSums.push(sorted.reduce((sum, value) => sum + value, 0));
    this.#usageP95s.push(usageP95);
    this.#windows.push(sorted.length);
    for (const [slot, member] of this.#bases.entries()) member.push(bases[slot] ?? Number.NaN);
    for (const [slot, book] of this.#books.entries()) {
      book.judge(requests[slot] ?? Number.NaN, sorted);
    }
  }
}

/** Whether the day counts: after the first seven, with at least 80 % of the resource's samples. */
export function isScored(day: SeriesDay, resource: Resource): boolean {
  return day.day >= WARM_UP_DAYS && coverOf(day, resource) >= COVER_NEEDED;
}

function coverOf(day: SeriesDay, resource: Resource): number {
  return resource === 'cpu' ? day.cpuCover : day.memoryCover;
}

/** What a day's windows, in rising order, need of a size: the demand that decides a miss, and the P95. */
export function needsOf(
  sorted: Float64Array,
  resource: Resource,
): { readonly demand: number; readonly usageP95: number } {
  return {
    demand: demandOf(sorted, resource) ?? 0,
    usageP95: sorted[Math.ceil(P95 * sorted.length) - 1] ?? 0,
  };
}

/** How many of a day's windows, in rising order, lie above the request, and the sum of what was short in them. */
export function aboveRequest(
  sorted: Float64Array,
  request: number,
): { readonly windows: number; readonly short: number } {
  let windows = 0;
  let short = 0;
  for (let slot = sorted.length - 1; slot >= 0; slot -= 1) {
    const value = sorted[slot] ?? 0;
    if (!(value > request)) break;
    windows += 1;
    short += value - request;
  }
  return { windows, short };
}

class Book implements Judged {
  readonly requests: number[] = [];
  readonly windowsAbove: number[] = [];
  readonly short: number[] = [];
  namedDays = 0;
  changes = 0;
  downward = 0;
  #last = Number.NaN;

  name(request: number): void {
    if (Number.isNaN(request)) return;
    this.namedDays += 1;
    if (!Number.isNaN(this.#last) && request !== this.#last) {
      this.changes += 1;
      if (request < this.#last) this.downward += 1;
    }
    this.#last = request;
  }

  judge(request: number, sorted: Float64Array): void {
    const { windows, short } = aboveRequest(sorted, request);
    this.requests.push(request);
    this.windowsAbove.push(windows);
    this.short.push(short);
  }
}
