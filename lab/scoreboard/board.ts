import { IDLE_BELOW } from './replay.ts';
import {
  type AgainstEnvelope,
  type AgainstPeer,
  againstPeer,
  type CalibrationPoint,
  type Curve,
  type CurvePoint,
  calibrationOf,
  onDaysNamedBy,
  resamplesOf,
  type Scores,
  scoreOf,
  TunedPeers,
  type WorstSeries,
  worstSeries,
} from './score/index.ts';
import {
  type Contestant,
  type Family,
  type Half,
  halfOf,
  RESOURCES,
  type ReplayedSet,
  type Resource,
  type Track,
} from './track.ts';

/** Everything the scoreboard says about one resource on one choice of series. */
export interface PartBoard {
  readonly series: number;
  readonly days: number;
  /** Our presets, then the peers at their defaults. */
  readonly scores: readonly Scores[];
  readonly curves: readonly Curve[];
  /** The peers' envelope at 10, 5, 2 and 1 %. */
  readonly envelope: readonly CurvePoint[];
  readonly againstEnvelope: readonly AgainstEnvelope[];
  readonly againstPeers: readonly AgainstPeer[];
  readonly calibration: readonly CalibrationPoint[];
}

/** One resource of one set. A half without a scored day is absent. */
export interface ResourceBoard {
  readonly resource: Resource;
  readonly series: number;
  /** Series left out as idle or never scored. */
  readonly seriesLeftOut: number;
  /** The half that nothing was tuned on: the headline. */
  readonly report?: PartBoard;
  readonly tuned?: PartBoard;
  /** The worst hundredth of all series, both halves. */
  readonly worst: readonly WorstSeries[];
}

/** One set's scores. Resources without a scored day are absent. */
export interface SetBoard {
  readonly set: string;
  /** Whether the days are judged by the same windows the policies saw, or by the peaks inside them. */
  readonly judgedOn: 'windows' | 'peaks';
  readonly seriesRead: number;
  readonly resources: readonly ResourceBoard[];
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

/** Scores a replayed set. */
export function boardOf(
  set: string,
  replayed: ReplayedSet,
  judgedOn: SetBoard['judgedOn'] = 'windows',
): SetBoard {
  const resources = RESOURCES.map((resource) => resourceBoard(resource, replayed));
  return {
    set,
    judgedOn,
    seriesRead: replayed.tracks.cpu.length,
    resources: resources.filter((board) => board.series > 0),
  };
}

function resourceBoard(resource: Resource, replayed: ReplayedSet): ResourceBoard {
  const { contestants } = replayed;
  const families = replayed.families[resource];
  const all = replayed.tracks[resource];
  const tracks = all.filter(
    (track) => track.demands.length > 0 && track.meanUsage >= IDLE_BELOW[resource],
  );
  const partOf = (half: Half): PartBoard | undefined =>
    partBoard(
      tracks.filter((track) => halfOf(track.id) === half),
      contestants,
      families,
    );
  const report = partOf('report');
  const tuned = partOf('tuned');
  return {
    resource,
    series: tracks.length,
    seriesLeftOut: all.length - tracks.length,
    ...(report === undefined ? {} : { report }),
    ...(tuned === undefined ? {} : { tuned }),
    worst: worstSeries(contestants, tracks),
  };
}

/** Scores one choice of tracks of one resource; undefined for none. */
export function partBoard(
  tracks: readonly Track[],
  contestants: readonly Contestant[],
  families: readonly Family[],
): PartBoard | undefined {
  if (tracks.length === 0) return undefined;
  const resamples = resamplesOf(tracks.length);
  const peers = new TunedPeers(tracks, families);
  const scores = contestants.map((one, place) => scoreOf(one, place, tracks, resamples));
  return {
    series: tracks.length,
    days: tracks.reduce((sum, track) => sum + track.demands.length, 0),
    scores,
    curves: peers.curves(CURVE_RATES),
    envelope: ENVELOPE_RATES.map((rate) => peers.envelopeAt(rate)).filter(
      (point) => point !== undefined,
    ),
    againstEnvelope: scores
      .map((own, place) => {
        if (own.kind !== 'own') return undefined;
        const days = onDaysNamedBy(tracks, place);
        const fair = days === tracks ? peers : new TunedPeers(days, families);
        return fair.against(own, place, resamples);
      })
      .filter((against) => against !== undefined),
    againstPeers: scores
      .filter((peer) => peer.kind === 'peer')
      .map((peer) => againstPeer(tracks, scores, peer, resamples))
      .filter((against) => against !== undefined),
    calibration: calibrationOf(contestants, tracks, resamples),
  };
}
