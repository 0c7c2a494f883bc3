import { epochDay } from '@trimtab/units';
import { cpuDemand, type DemandDay, memoryDemand } from '../demand/index.ts';
import { LEAST_AMOUNT, type Preset } from '../recommend/index.ts';
import { decide, Lessons, type priceFor, RiskView, ROW_LAYOUT, TRAINING } from '../risk/index.ts';
import { encodeTrees, type TreeEnsemble, treesId } from '../trees/index.ts';
import { sumOfWindows } from './own-policy.ts';
import { daysOf, type UsageSeries } from './series-days.ts';

const FOLDS = 5;
const ROWS_PER_DAY = 8;
const SEED = 11;
const RESOURCES = ['cpu', 'memory'] as const;

/** Prices of a miss for each resource and preset. */
export type RiskPrices = Readonly<Record<'cpu' | 'memory', Readonly<Record<Preset, number>>>>;

/** The model that ships: its name, its bytes, and the prices that give the presets' risks. */
export interface TrainedModel {
  readonly model: string;
  readonly bytes: Uint8Array;
  readonly prices: RiskPrices;
}

interface Track {
  readonly resource: 'cpu' | 'memory';
  readonly fold: number;
  readonly days: readonly DemandDay[];
}

/**
 * Trains the model that ships on recorded series: one ensemble for CPU and memory. The price of a miss
 * is set on days that the trees in question had not learnt from: the series are cut into five folds,
 * each judged by trees of the other four, until the wanted share of their days is missed.
 */
export function trainDefaultModel(
  series: Iterable<UsageSeries>,
  wanted: Readonly<Record<Preset, number>>,
): TrainedModel {
  const tracks = tracksOf(series);
  const bytes = encodeTrees(treesFrom(tracks), ROW_LAYOUT);
  const folds = Array.from({ length: FOLDS }, (_, fold) => ({
    trees: treesFrom(tracks.filter((track) => track.fold !== fold)),
    tracks: tracks.filter((track) => track.fold === fold),
  }));
  const prices = (resource: 'cpu' | 'memory'): Readonly<Record<Preset, number>> => {
    const days = folds.flatMap((fold) => unseenDays(fold, resource));
    return {
      savings: honestPrice(days, wanted.savings),
      balanced: honestPrice(days, wanted.balanced),
      reliability: honestPrice(days, wanted.reliability),
    };
  };
  return { model: treesId(bytes), bytes, prices: { cpu: prices('cpu'), memory: prices('memory') } };
}

function tracksOf(series: Iterable<UsageSeries>): Track[] {
  const tracks: Track[] = [];
  let place = 0;
  for (const one of series) {
    const days = daysOf(one).flatMap((day) => {
      const sum = sumOfWindows(day);
      return sum === undefined ? [] : [{ day: epochDay(day.day), sum }];
    });
    for (const resource of RESOURCES) {
      const demands = resource === 'cpu' ? cpuDemand(days) : memoryDemand(days);
      tracks.push({ resource, fold: place % FOLDS, days: demands });
    }
    place += 1;
  }
  return tracks;
}

function treesFrom(tracks: readonly Track[]): TreeEnsemble {
  const lessons = new Lessons({ perDay: ROWS_PER_DAY, seed: SEED });
  for (const track of tracks) {
    walk(track, (view, day) => {
      if (view.isTeaching && view.frame !== undefined)
        lessons.add(view.frame, view.logOf(day.demand));
    });
  }
  return lessons.train(undefined, TRAINING);
}

type UnseenDay = Parameters<typeof priceFor>[0][number] & { readonly log: number };

function unseenDays(
  fold: { readonly trees: TreeEnsemble; readonly tracks: readonly Track[] },
  resource: 'cpu' | 'memory',
): UnseenDay[] {
  const days: UnseenDay[] = [];
  for (const track of fold.tracks) {
    if (track.resource !== resource) continue;
    walk(track, (view, day) => {
      const curve = view.curve(fold.trees);
      if (curve !== undefined) days.push({ curve, usual: view.usual, log: view.logOf(day.demand) });
    });
  }
  return days;
}

function walk({ resource, days }: Track, visit: (view: RiskView, day: DemandDay) => void): void {
  const view = new RiskView(LEAST_AMOUNT[resource]);
  for (const day of days) {
    if (day.isCovered) visit(view, day);
    view.observe(day);
  }
}

/** The price at which the share of days really missed, not the one stated, is the wanted one. */
function honestPrice(days: readonly UnseenDay[], wanted: number): number {
  let low = Math.log(0.05);
  let high = Math.log(500);
  for (let round = 0; round < 20; round += 1) {
    const middle = (low + high) / 2;
    const missed = days.filter(
      ({ curve, usual, log }) => log > decide(curve, usual, Math.exp(middle)).log,
    );
    if (missed.length > wanted * days.length) low = middle;
    else high = middle;
  }
  return Number(Math.exp((low + high) / 2).toPrecision(4));
}
