import {
  contestantAt,
  footprintSums,
  logCharge,
  type Method,
  marginAtMiss,
  marginsNeeded,
  memberAt,
  missedDays,
} from './charge.ts';
import { onDaysNamedBy } from './named-days.ts';
import type { SeriesRecord } from './replay.ts';
import { geometricMean, type Interval, intervalOf, type Resamples, total } from './resample.ts';
import { overShare, rateOf } from './spread.ts';

/** A tuned peer at a miss rate: the member and the margin that cost least there. */
export interface EnvelopePoint {
  /** Share of days missed, 0 to 1. */
  readonly miss: number;
  readonly xoracle: number;
  /** The peer that reaches it, and the factor on its base that does. */
  readonly peer: string;
  readonly margin: number;
}

/** A contestant against the envelope at its own miss rate: below 1 is cheaper than any tuned peer. */
export interface AgainstEnvelope {
  readonly point: EnvelopePoint;
  /** xoracle over the envelope's, paired by series, on the days the contestant named. */
  readonly ratio: Interval;
  /** The `over` score of that peer. */
  readonly peerOver: number;
}

/** The tuned peers of one resource over one choice of records. Margins are sorted once and then read at any rate. */
export class TunedPeers {
  readonly #records: readonly SeriesRecord[];
  readonly #members: readonly string[];
  readonly #needed: readonly Float64Array[];

  /** `members` in the order of the records' `bases`. */
  constructor(records: readonly SeriesRecord[], members: readonly string[]) {
    this.#records = records;
    this.#members = members;
    this.#needed = members.map((_, place) => marginsNeeded(records, memberAt(place)));
  }

  /**
   * The cheapest of the members at a miss rate, the envelope where all may stand: every margin is set to
   * the smallest that keeps the rate, and the lowest xoracle wins. Undefined where none can keep it.
   */
  bestAt(miss: number, members: readonly string[] = this.#members): EnvelopePoint | undefined {
    let best: EnvelopePoint | undefined;
    for (const peer of members) {
      const place = this.#members.indexOf(peer);
      const margin = marginAtMiss(this.#needed[place] ?? new Float64Array(0), miss);
      if (!Number.isFinite(margin)) continue;
      const method = memberAt(place, margin);
      const charges = this.#records.map((record) => logCharge(record, method));
      const xoracle = geometricMean(charges, []).value;
      if (best === undefined || xoracle < best.xoracle) best = { miss, xoracle, peer, margin };
    }
    return best;
  }

  /** The contestant in a place against the envelope at its own miss rate, on the days it named. */
  against(place: number, resamples: Resamples): AgainstEnvelope | undefined {
    const records = onDaysNamedBy(this.#records, place);
    const peers = records === this.#records ? this : new TunedPeers(records, this.#members);
    return peers.#against(contestantAt(place), resamples);
  }

  #against(ours: Method, resamples: Resamples): AgainstEnvelope | undefined {
    const point = this.bestAt(rateOf(this.#records.map((record) => missedDays(record, ours))));
    if (point === undefined) return undefined;
    const theirs = memberAt(this.#members.indexOf(point.peer), point.margin);
    return {
      point,
      ratio: chargeRatio(this.#records, ours, theirs, resamples),
      peerOver: overShare(this.#records.map((record) => missedDays(record, theirs))),
    };
  }
}

/** A contestant, its requests scaled to another's miss rate, over that other. */
export interface AtPeersMiss {
  /** The other's own miss rate on the days the contestant named. */
  readonly miss: number;
  readonly margin: number;
  readonly xoracle: Interval;
  /** Sum of max(request, D) over usage, ours over theirs. */
  readonly chargedFootprint: Interval;
}

/**
 * Scales a contestant to the miss rate of a peer at its defaults and compares what both cost there, on
 * the days the contestant named. Undefined where no margin brings it there. Both are places in `judged`.
 */
export function atPeersMiss(
  all: readonly SeriesRecord[],
  places: { readonly own: number; readonly peer: number },
  resamples: Resamples,
): AtPeersMiss | undefined {
  const theirs = contestantAt(places.peer);
  const records = onDaysNamedBy(all, places.own);
  const miss = rateOf(records.map((record) => missedDays(record, theirs)));
  const margin = marginAtMiss(marginsNeeded(records, contestantAt(places.own)), miss);
  if (!Number.isFinite(margin)) return undefined;
  const ours = contestantAt(places.own, margin);
  const own = footprintOf(records, ours);
  const other = footprintOf(records, theirs);
  return {
    miss,
    margin,
    xoracle: chargeRatio(records, ours, theirs, resamples),
    chargedFootprint: intervalOf(records.length, resamples, (drawn) => own(drawn) / other(drawn)),
  };
}

function chargeRatio(
  records: readonly SeriesRecord[],
  ours: Method,
  theirs: Method,
  resamples: Resamples,
): Interval {
  return geometricMean(
    records.map((record) => logCharge(record, ours) - logCharge(record, theirs)),
    resamples,
  );
}

function footprintOf(
  records: readonly SeriesRecord[],
  method: Method,
): (drawn: Int32Array) => number {
  const sums = records.map((record) => footprintSums(record, method));
  const charged = sums.map((one) => one.charged);
  const used = sums.map((one) => one.used);
  return (drawn) => total(charged, drawn) / total(used, drawn);
}
