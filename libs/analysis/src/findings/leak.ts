/**
 * Memory that only grows until something ends it.
 *
 * The hours' greatest working sets are cut into *lives*, at each fall of a tenth or more on a day with a
 * restart or a kill. Inside a life every hour is compared with the same hour of the day before, which
 * takes the daily cycle out:
 *
 * | shape | what the differences say |
 * |---|---|
 * | leak | nearly all rise, late in a life as early |
 * | plateau, daily cycle | as many rise as fall |
 * | sawtooth of a garbage collector | as many rise as fall, whatever its period |
 * | cache that fills and saturates | late in its life it rises by less than half of what it did early |
 * | weekly cycle | falls at least once a week, so fewer than 90 % rise |
 */
import type { DatedDay } from '@trimtab/history';
import { bytes, showMemory } from '@trimtab/units';
import { counted, type Detector, type FindingFacts, medianOf, recentDays } from './finding.ts';

const DAYS = 14;
const HOURS_PER_DAY = 24;
/** A life ends with a fall to nine tenths or less: a restart gives at least what leaked back. */
const FALL = 0.9;
/** Differences that must rise. Noise of the size of a day's growth would already turn every sixth of them. */
const SHARE_RISING = 0.9;
/** Slower than a hundredth of the level a day it takes three months to double: no news before the next rollout. */
const LEAST_SHARE_PER_DAY = 0.01;
const LEAST_BYTES_PER_DAY = 2 ** 20;
/** Growth over the longest life, so that a week of a little drift does not do. */
const LEAST_GROWTH = 0.1;
/** Late growth against early growth: 1 for a leak; 1/3 or less for what grows with the logarithm of time or saturates within the life. */
const LATE_SHARE = 0.5;
/** Differences needed: four days of one life where it was seen to start over, else seven, a whole week. */
const PAIRS_WITH_RESET = 72;
const PAIRS_WITHOUT_RESET = 144;

/** Memory that grows day after day between restarts and does not level off. A larger request only delays its end, so it is an alert. */
export const findLeak: Detector = (facts) => {
  const lives = livesOf(recentDays(facts, DAYS));
  const rises = lives.flatMap(risesOf);
  const needed = lives.length > 1 ? PAIRS_WITH_RESET : PAIRS_WITHOUT_RESET;
  const perDay = medianOf(rises.map((rise) => rise.bytes));
  if (rises.length < needed || perDay === undefined) return undefined;
  const longest = longestOf(lives);
  const level = medianOf(longest.map((point) => point.bytes)) ?? 0;
  const growth = (perDay * hoursOf(longest)) / HOURS_PER_DAY;
  const isLarge =
    perDay >= Math.max(LEAST_BYTES_PER_DAY, LEAST_SHARE_PER_DAY * level) &&
    growth >= LEAST_GROWTH * level;
  const rising = rises.filter((rise) => rise.bytes > 0).length;
  if (!isLarge || rising < SHARE_RISING * rises.length || isSaturating(rises)) return undefined;
  return finding(facts, { lives, perDay });
};

interface Point {
  /** Whole hours since 1970 UTC. */
  readonly hour: number;
  readonly bytes: number;
}

/** Against the same hour of the day before, in the same life. */
interface Rise {
  readonly bytes: number;
  readonly isLate: boolean;
}

function livesOf(days: readonly DatedDay[]): Point[][] {
  const lives: Point[][] = [];
  let last: Point | undefined;
  let wasEventful = false;
  for (const { day, sum } of days) {
    const isEventful = sum.restarts + sum.oomKills > 0;
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

function risesOf(life: readonly Point[]): Rise[] {
  const byHour = new Map(life.map((point) => [point.hour, point.bytes]));
  const pairs = life.flatMap(({ hour, bytes: now }) => {
    const before = byHour.get(hour - HOURS_PER_DAY);
    return before === undefined ? [] : [now - before];
  });
  return pairs.map((rise, at) => ({ bytes: rise, isLate: at >= pairs.length / 2 }));
}

function isSaturating(rises: readonly Rise[]): boolean {
  const [late, early] = [true, false].map(
    (isLate) =>
      medianOf(rises.filter((rise) => rise.isLate === isLate).map((rise) => rise.bytes)) ?? 0,
  );
  return (late ?? 0) < LATE_SHARE * (early ?? 0);
}

function longestOf(lives: readonly Point[][]): readonly Point[] {
  return lives.reduce((longest, life) => (hoursOf(life) > hoursOf(longest) ? life : longest), []);
}

function hoursOf(life: readonly Point[]): number {
  const [first, last] = [life[0], life.at(-1)];
  return first === undefined || last === undefined ? 0 : last.hour - first.hour + 1;
}

function finding(
  facts: FindingFacts,
  seen: { readonly lives: readonly Point[][]; readonly perDay: number },
): ReturnType<Detector> {
  const perDay = bytes(Math.round(seen.perDay));
  const days = Math.round((hoursOf(longestOf(seen.lives)) / HOURS_PER_DAY) * 10) / 10;
  const limit = facts.sizes.memoryLimit;
  const now = seen.lives.at(-1)?.at(-1)?.bytes ?? 0;
  const left = limit === undefined ? undefined : Math.max(0, (limit - now) / seen.perDay);
  const end =
    limit === undefined || left === undefined
      ? ''
      : `; its limit of ${showMemory(limit)} is ${left.toFixed(1)} days away`;
  const restarts = seen.lives.length - 1;
  const between = restarts === 0 ? 'without a restart' : `between ${counted(restarts, 'restart')}`;
  return {
    code: 'leak',
    severity: 'warn',
    short: `memory leak, ${showMemory(perDay)}/day`,
    text: `memory grows by ${showMemory(perDay)} a day ${between}, for up to ${days} days, and does not level off${end}: a larger request only delays its end`,
    values: {
      bytesPerDay: perDay,
      longestLifeDays: days,
      restarts,
      ...(left === undefined ? {} : { daysToLimit: Math.round(left * 10) / 10 }),
    },
  };
}
