import type { Interval } from '../replay.ts';
import type { Family, Track } from '../track.ts';
import {
  contestantAt,
  footprintSums,
  logCharge,
  type Method,
  marginAtMiss,
  marginsNeeded,
  memberAt,
  missedDays,
} from './method.ts';
import { onDaysNamedBy } from './named-days.ts';
import { geometricMean, intervalOf, type Resamples, total } from './resample.ts';
import type { Scores } from './scores.ts';
import { overShare, rateOf } from './spread.ts';

/** A tuned peer at a miss rate: the member and the margin that cost least there. */
export interface CurvePoint {
  /** Share of days missed, 0 to 1. */
  readonly miss: number;
  readonly xoracle: number;
  readonly member: string;
  readonly margin: number;
}

/** The curve of one family, in the order of the rates asked for; rates it cannot keep have no point. */
export interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

/** The tuned peers of one resource over one choice of tracks. Margins are sorted once and then read at any rate. */
export class TunedPeers {
  readonly #tracks: readonly Track[];
  readonly #families: readonly Family[];
  readonly #members: readonly string[];
  readonly #needed: readonly Float64Array[];

  constructor(tracks: readonly Track[], families: readonly Family[]) {
    this.#tracks = tracks;
    this.#families = families;
    this.#members = families.flatMap((family) => family.members);
    this.#needed = this.#members.map((_, place) => marginsNeeded(tracks, memberAt(place)));
  }

  /** One curve a family: the best of its members at each rate. */
  curves(rates: readonly number[]): Curve[] {
    return this.#families.map((family) => ({
      name: family.name,
      points: rates
        .map((rate) => this.#bestAt(rate, family.members))
        .filter((point) => point !== undefined),
    }));
  }

  /** The peers' envelope: the cheapest member of all families; undefined where none keeps the rate. */
  envelopeAt(rate: number): CurvePoint | undefined {
    return this.#bestAt(rate, this.#members);
  }

  /** A contestant against the envelope at its own miss rate. */
  against(scores: Scores, place: number, resamples: Resamples): AgainstEnvelope | undefined {
    const point = this.envelopeAt(scores.miss.value);
    if (point === undefined) return undefined;
    const theirs = memberAt(this.#members.indexOf(point.member), point.margin);
    const ours = contestantAt(place);
    const differences = this.#tracks.map(
      (track) => logCharge(track, ours) - logCharge(track, theirs),
    );
    return {
      name: scores.name,
      point,
      ratio: geometricMean(differences, resamples),
      peerOver: overShare(this.#tracks.map((track) => missedDays(track, theirs))),
    };
  }

  #bestAt(rate: number, members: readonly string[]): CurvePoint | undefined {
    let best: CurvePoint | undefined;
    for (const member of members) {
      const place = this.#members.indexOf(member);
      const margin = marginAtMiss(this.#needed[place] ?? new Float64Array(0), rate);
      if (!Number.isFinite(margin)) continue;
      const method = memberAt(place, margin);
      const charges = this.#tracks.map((track) => logCharge(track, method));
      const xoracle = geometricMean(charges, []).value;
      if (best === undefined || xoracle < best.xoracle)
        best = { miss: rate, xoracle, member, margin };
    }
    return best;
  }
}

/** A contestant against the envelope at its own miss rate: a ratio below 1 is cheaper than any tuned peer. */
export interface AgainstEnvelope {
  readonly name: string;
  readonly point: CurvePoint;
  /** xoracle over the envelope's, paired by series. */
  readonly ratio: Interval;
  /** The `over` score of that peer. */
  readonly peerOver: number;
}

/** One of our presets, scaled to the miss rate a peer has at its defaults, against that peer. */
export interface AgainstPeer {
  readonly peer: string;
  /** The peer's own miss rate on those days. */
  readonly miss: number;
  readonly hasEnoughMisses: boolean;
  /** The preset whose own miss rate was nearest, and the margin that brought it to the peer's. */
  readonly preset: string;
  readonly margin: number;
  readonly xoracle: Interval;
  /** Sum of max(request, D) over usage, ours over theirs. */
  readonly chargedFootprint: Interval;
}

/**
 * Compares our presets with a peer at the peer's own miss rate, on the days for which the preset named
 * something; undefined where no preset can be brought there.
 */
export function againstPeer(
  all: readonly Track[],
  scores: readonly Scores[],
  peer: Scores,
  resamples: Resamples,
): AgainstPeer | undefined {
  const distance = (own: Scores): number =>
    Math.abs(Math.log((own.miss.value + 1e-4) / (peer.miss.value + 1e-4)));
  const preset = scores
    .filter((own) => own.kind === 'own' && own.days > 0)
    .sort((a, b) => distance(a) - distance(b))[0];
  if (preset === undefined || peer.days === 0) return undefined;
  const place = scores.indexOf(preset);
  const theirs = contestantAt(scores.indexOf(peer));
  const tracks = onDaysNamedBy(all, place);
  const miss = rateOf(tracks.map((track) => missedDays(track, theirs)));
  const margin = marginAtMiss(marginsNeeded(tracks, contestantAt(place)), miss);
  if (!Number.isFinite(margin)) return undefined;
  const ours = contestantAt(place, margin);
  const own = chargesOf(tracks, ours);
  const other = chargesOf(tracks, theirs);
  return {
    peer: peer.name,
    miss,
    hasEnoughMisses: peer.hasEnoughMisses,
    preset: preset.name,
    margin,
    xoracle: geometricMean(
      tracks.map((track) => logCharge(track, ours) - logCharge(track, theirs)),
      resamples,
    ),
    chargedFootprint: intervalOf(
      tracks.length,
      resamples,
      (drawn) => footprintIn(own, drawn) / footprintIn(other, drawn),
    ),
  };
}

interface Charges {
  readonly charged: readonly number[];
  readonly used: readonly number[];
}

function chargesOf(tracks: readonly Track[], method: Method): Charges {
  const sums = tracks.map((track) => footprintSums(track, method));
  return { charged: sums.map((one) => one.charged), used: sums.map((one) => one.used) };
}

function footprintIn(charges: Charges, drawn: Int32Array): number {
  return total(charges.charged, drawn) / total(charges.used, drawn);
}
