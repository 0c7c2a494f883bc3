import {
  type AtPeersMiss,
  atPeersMiss,
  type Scores as ContestantScores,
  type EnvelopePoint,
  type AgainstEnvelope as EnvelopeRatio,
  type Interval,
  missRate,
  type Resamples,
  resamplesOf,
  type SeriesRecord,
  scoreOf,
  TunedPeers,
} from '@trimtab/analysis/evaluate';
import { SEED } from './replay.ts';
import type { Contestant, Family } from './replayed-set.ts';

/** The scores of one contestant, its miss rate with the 90 % interval over series. */
export interface Scores extends Contestant, Omit<ContestantScores, 'miss'> {
  readonly miss: Interval;
}

/** The curve of one family, in the order of the rates asked for; rates it cannot keep have no point. */
export interface Curve {
  readonly name: string;
  readonly points: readonly EnvelopePoint[];
}

/** One of our presets against the envelope at its own miss rate. */
export interface AgainstEnvelope extends EnvelopeRatio {
  readonly name: string;
}

/** One of our presets, scaled to the miss rate a peer has at its defaults, against that peer. */
export interface AgainstPeer extends AtPeersMiss {
  readonly peer: string;
  readonly hasEnoughMisses: boolean;
  /** The preset whose own miss rate was nearest. */
  readonly preset: string;
}

/** Of the days for which a risk was stated, the share that missed. */
export interface CalibrationPoint {
  readonly name: string;
  /** Share of days it said it would miss, 0 to 1. */
  readonly stated: number;
  readonly realised: Interval;
  readonly days: number;
}

/** Everything the scoreboard says about one resource on one choice of series. */
export interface PartBoard {
  readonly series: number;
  readonly days: number;
  /** Our presets, then the peers at their defaults. */
  readonly scores: readonly Scores[];
  readonly curves: readonly Curve[];
  /** The peers' envelope at 10, 5, 2 and 1 %. */
  readonly envelope: readonly EnvelopePoint[];
  readonly againstEnvelope: readonly AgainstEnvelope[];
  readonly againstPeers: readonly AgainstPeer[];
  readonly calibration: readonly CalibrationPoint[];
}

const ENVELOPE_RATES = [0.1, 0.05, 0.02, 0.01];
const LOWEST_RATE = 0.005;
const HIGHEST_RATE = 0.9;
const CURVE_STEPS = 36;

/** Miss rates at which the peers' curves are drawn: 0.5 to 90 %, equally far apart on a log axis. */
const CURVE_RATES = Array.from(
  { length: CURVE_STEPS + 1 },
  (_, step) => LOWEST_RATE * (HIGHEST_RATE / LOWEST_RATE) ** (step / CURVE_STEPS),
);

/** Scores one choice of records of one resource; undefined for none. */
export function partBoard(
  records: readonly SeriesRecord[],
  contestants: readonly Contestant[],
  families: readonly Family[],
): PartBoard | undefined {
  if (records.length === 0) return undefined;
  const resamples = resamplesOf(records.length, SEED);
  const peers = new TunedPeers(
    records,
    families.flatMap((family) => family.members),
  );
  const scores = contestants.map((one, place) => ({
    ...scoreOf(one.name, records, place, resamples),
    ...one,
    miss: missRate(records, place, resamples),
  }));
  return {
    series: records.length,
    days: records.reduce((sum, record) => sum + record.demands.length, 0),
    scores,
    curves: families.map(({ name, members }) => ({
      name,
      points: pointsAt(CURVE_RATES, (rate) => peers.bestAt(rate, members)),
    })),
    envelope: pointsAt(ENVELOPE_RATES, (rate) => peers.bestAt(rate)),
    againstEnvelope: scores.flatMap(({ name, kind }, place) => {
      const against = kind === 'own' ? peers.against(place, resamples) : undefined;
      return against === undefined ? [] : [{ name, ...against }];
    }),
    againstPeers: scores.flatMap((peer, place) =>
      peer.kind === 'peer' ? againstPeer(records, scores, place, resamples) : [],
    ),
    calibration: scores.flatMap(({ name, statedRisk, miss, days }) =>
      statedRisk === undefined ? [] : [{ name, stated: statedRisk, realised: miss, days }],
    ),
  };
}

function pointsAt(
  rates: readonly number[],
  at: (rate: number) => EnvelopePoint | undefined,
): EnvelopePoint[] {
  return rates.map(at).filter((point) => point !== undefined);
}

/** The preset nearest to the peer against it; empty where it cannot be brought to the peer's miss rate. */
function againstPeer(
  records: readonly SeriesRecord[],
  scores: readonly Scores[],
  place: number,
  resamples: Resamples,
): AgainstPeer[] {
  const peer = scores[place];
  const preset = peer === undefined ? undefined : nearestPreset(scores, peer);
  if (peer === undefined || preset === undefined) return [];
  const places = { own: scores.indexOf(preset), peer: place };
  const found = atPeersMiss(records, places, resamples);
  if (found === undefined) return [];
  const { name, hasEnoughMisses } = peer;
  return [{ peer: name, hasEnoughMisses, preset: preset.name, ...found }];
}

/** The preset with a named day whose miss rate is nearest to the peer's, as a ratio. */
function nearestPreset(scores: readonly Scores[], peer: Scores): Scores | undefined {
  const distance = (own: Scores): number =>
    Math.abs(Math.log((own.miss.value + 1e-4) / (peer.miss.value + 1e-4)));
  return scores
    .filter((own) => own.kind === 'own' && own.days > 0)
    .sort((a, b) => distance(a) - distance(b))[0];
}
