/**
 * Memory that only grows until something ends it.
 *
 * The hours' greatest working sets are cut into *lives*, at each fall of a tenth or more on a day with a
 * restart or a kill. Of each half day of a life counts its lowest hour: a leak lifts the floor, bursts do
 * not. Each floor is compared with that of the same half of the day before, which takes the daily cycle out:
 *
 * | shape | what the rises say |
 * |---|---|
 * | leak | most are positive, late in a life as early, and the life ends higher by their sum |
 * | plateau, daily cycle | as many rise as fall |
 * | sawtooth of a garbage collector | as many rise as fall, whatever its period |
 * | cache that fills and saturates | late in its life it rises by less than half of what it did early |
 * | weekly cycle, weekly clearing | the life does not end higher than it began |
 *
 * Measured with leaks put onto the memory of 182 recorded machines and jobs, whose noise is far above a
 * container's: none is taken for a leak as it is, 40 % (60 %) are with 5 % (10 %) of the mean a day added.
 * Hours in place of half days, and 90 % of them rising, found 12 % (20 %).
 */
import type { DatedDay } from '@trimtab/history';
import { bytes, showMemory } from '@trimtab/units';
import { counted, type Detector, type FindingFacts, medianOf, recentDays } from './finding.ts';

const DAYS = 14;
const HOURS_PER_DAY = 24;
/** A life ends with a fall to nine tenths or less: a restart gives at least what leaked back. */
const FALL = 0.9;
const HOURS_PER_HALF = 12;
/** Of the rises so many must be positive: noise of the size of a day's growth turns every fifth of them. */
const SHARE_RISING = 0.75;
/** The life must end higher by this share of what its typical rise adds up to: sudden falls are thereby seen. */
const SHARE_KEPT = 0.5;
/** Slower than a hundredth of the level a day it takes three months to double: no news before the next rollout. */
const LEAST_SHARE_PER_DAY = 0.01;
const LEAST_BYTES_PER_DAY = 2 ** 20;
/** Growth over the longest life, so that a week of a little drift does not do. */
const LEAST_GROWTH = 0.1;
/** Late growth against early growth: 1 for a leak; 1/3 or less for what grows with the logarithm of time or saturates within the life. */
const LATE_SHARE = 0.5;
/** Rises needed: those of four days of one life where it was seen to start over; else each day of a week against the one before. */
const RISES_WITH_RESET = 6;
const RISES_WITHOUT_RESET = 14;

/** Memory that grows day after day between restarts and does not level off. A larger request only delays its end, so it is an alert. */
export const findLeak: Detector = (facts) => {
  const days = recentDays(facts, DAYS);
  const hours = livesOf(days);
  const lives = hours.map(floorsOf);
  const rises = lives.flatMap(risesOf);
  const needed = lives.length > 1 ? RISES_WITH_RESET : RISES_WITHOUT_RESET;
  if (rises.length < needed) return undefined;
  const perDay = typicalRise(rises);
  const longest = longestOf(lives);
  const level = medianOf(longest.map((point) => point.bytes)) ?? 0;
  const growth = perDay * daysOf(longest);
  const isLarge =
    perDay >= Math.max(LEAST_BYTES_PER_DAY, LEAST_SHARE_PER_DAY * level) &&
    growth >= LEAST_GROWTH * level;
  const rising = rises.filter((rise) => rise.bytes > 0).length;
  if (!isLarge || rising < SHARE_RISING * rises.length) return undefined;
  if (isSaturating(rises) || gainOf(longest) < SHARE_KEPT * (growth - perDay)) return undefined;
  const now = hours.at(-1)?.at(-1)?.bytes ?? 0;
  return finding(facts, { lives, perDay, now, restarts: restartsOf(days, lives.length) });
};

/** Starts between the lives; undefined where only one was seen and some day did not count restarts. */
function restartsOf(days: readonly DatedDay[], lives: number): number | undefined {
  const isCounted = days.every(({ sum }) => sum.restarts !== undefined);
  return lives > 1 || isCounted ? lives - 1 : undefined;
}

function restartWords(restarts: number | undefined): string {
  if (restarts === undefined) return '';
  return restarts === 0 ? ' without a restart' : ` between ${counted(restarts, 'restart')}`;
}

interface Point {
  /** Whole hours since 1970 UTC. */
  readonly hour: number;
  readonly bytes: number;
}

/** Against the same half of the day before, in the same life. */
interface Rise {
  readonly bytes: number;
  readonly isLate: boolean;
}

function livesOf(days: readonly DatedDay[]): Point[][] {
  const lives: Point[][] = [];
  let last: Point | undefined;
  let wasEventful = false;
  for (const { day, sum } of days) {
    // What nobody counted is no event: a fall then stays within its life, which only silences the alert.
    const isEventful = (sum.restarts ?? 0) + (sum.oomKills ?? 0) > 0;
    for (const [at, hour] of sum.hours.entries()) {
      if (hour?.memoryMax === undefined) continue;
      const point = { hour: day * HOURS_PER_DAY + at, bytes: hour.memoryMax };
      const hasFallen = last !== undefined && point.bytes <= FALL * last.bytes;
      // At midnight the restart may have been in the last hour of the day before.
      const isNewLife = hasFallen && (isEventful || (at === 0 && wasEventful));
      if (last === undefined || isNewLife) lives.push([]);
      lives.at(-1)?.push(point);
      last = point;
    }
    wasEventful = isEventful;
  }
  return lives;
}

/** The lowest of each half day, at its first hour. */
function floorsOf(life: readonly Point[]): Point[] {
  const halves = Map.groupBy(life, (point) => Math.floor(point.hour / HOURS_PER_HALF));
  return [...halves].map(([half, points]) => ({
    hour: half * HOURS_PER_HALF,
    bytes: Math.min(...points.map((point) => point.bytes)),
  }));
}

function risesOf(life: readonly Point[]): Rise[] {
  const byHour = new Map(life.map((point) => [point.hour, point.bytes]));
  const pairs = life.flatMap(({ hour, bytes: now }) => {
    const before = byHour.get(hour - HOURS_PER_DAY);
    return before === undefined ? [] : [now - before];
  });
  return pairs.map((rise, at) => ({ bytes: rise, isLate: at >= pairs.length / 2 }));
}

function isSaturating(rises: readonly Rise[]): boolean {
  const late = typicalRise(rises.filter((rise) => rise.isLate));
  const early = typicalRise(rises.filter((rise) => !rise.isLate));
  return late < LATE_SHARE * early;
}

/** Mean of the middle half: steady against bursts, and finer than the buckets that levels are rounded to. */
function typicalRise(rises: readonly Rise[]): number {
  const sorted = rises.map((rise) => rise.bytes).sort((a, b) => a - b);
  const cut = Math.floor(sorted.length / 4);
  const middle = sorted.slice(cut, sorted.length - cut);
  return middle.reduce((sum, each) => sum + each, 0) / Math.max(1, middle.length);
}

function longestOf(lives: readonly Point[][]): readonly Point[] {
  return lives.reduce((longest, life) => (daysOf(life) > daysOf(longest) ? life : longest), []);
}

/** How much higher the last day of a life is than its first. */
function gainOf(life: readonly Point[]): number {
  const [first, last] = [life[0]?.hour ?? 0, life.at(-1)?.hour ?? 0];
  const levelOf = (points: readonly Point[]): number =>
    medianOf(points.map((point) => point.bytes)) ?? 0;
  return (
    levelOf(life.filter((point) => point.hour > last - HOURS_PER_DAY)) -
    levelOf(life.filter((point) => point.hour < first + HOURS_PER_DAY))
  );
}

/** Length of a life in days, to the half. */
function daysOf(life: readonly Point[]): number {
  const [first, last] = [life[0], life.at(-1)];
  if (first === undefined || last === undefined) return 0;
  return (last.hour - first.hour + HOURS_PER_HALF) / HOURS_PER_DAY;
}

function finding(
  facts: FindingFacts,
  seen: {
    readonly lives: readonly Point[][];
    readonly perDay: number;
    readonly now: number;
    readonly restarts: number | undefined;
  },
): ReturnType<Detector> {
  const perDay = bytes(Math.round(seen.perDay));
  const days = daysOf(longestOf(seen.lives));
  const limit = facts.sizes.memoryLimit;
  const left = limit === undefined ? undefined : Math.max(0, (limit - seen.now) / seen.perDay);
  const end =
    limit === undefined || left === undefined
      ? ''
      : `; its limit of ${showMemory(limit)} is ${left.toFixed(1)} days away`;
  return {
    code: 'leak',
    severity: 'warn',
    short: `memory leak, ${showMemory(perDay)}/day`,
    text: `memory grows by ${showMemory(perDay)} a day${restartWords(seen.restarts)}, for up to ${days} days, and does not level off${end}: a larger request only delays its end`,
    values: {
      bytesPerDay: perDay,
      longestLifeDays: days,
      ...(seen.restarts === undefined ? {} : { restarts: seen.restarts }),
      ...(left === undefined ? {} : { daysToLimit: Math.round(left * 10) / 10 }),
    },
  };
}
