import { bootstrap, type Interval } from './bootstrap.ts';
import { chargedFootprintOf, logCharge, marginAtMiss, type Requests, xoracleOf } from './charge.ts';
import type { SeriesRecord } from './replay.ts';
import { geometricMean, requestsAt, type Scores } from './scores.ts';

/** The cheapest tuned peer at a miss rate. */
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
  readonly ratio: Interval;
}

/** A contestant, its requests scaled to a peer's own miss rate, against that peer. */
export interface AgainstPeer {
  readonly peer: string;
  readonly miss: number;
  readonly xoracleRatio: number;
  readonly chargedFootprintRatio: number;
}

/**
 * The peers' envelope at a miss rate: every member's margin is set to the smallest that keeps the
 * rate, and the lowest xoracle wins. Undefined where no peer can keep it.
 */
export function envelopeAt(
  records: readonly SeriesRecord[],
  members: readonly string[],
  miss: number,
): EnvelopePoint | undefined {
  let best: EnvelopePoint | undefined;
  for (const [place, peer] of members.entries()) {
    const bases = basesAt(records, place);
    const margin = marginAtMiss(records, bases, miss);
    if (!Number.isFinite(margin)) continue;
    const xoracle = xoracleOf(records, bases, margin);
    if (best === undefined || xoracle < best.xoracle) best = { miss, xoracle, peer, margin };
  }
  return best;
}

/** Compares a contestant with the envelope at its own miss rate; the interval resamples series in pairs. */
export function againstEnvelope(
  records: readonly SeriesRecord[],
  members: readonly string[],
  scores: { readonly miss: number; readonly place: number; readonly seed: number },
): AgainstEnvelope | undefined {
  const point = envelopeAt(records, members, scores.miss);
  if (point === undefined) return undefined;
  const own = requestsAt(records, scores.place);
  const bases = basesAt(records, members.indexOf(point.peer));
  const differences: number[] = [];
  for (const [slot, record] of records.entries()) {
    const ours = logCharge(record, own[slot] ?? []);
    const theirs = logCharge(record, bases[slot] ?? [], point.margin);
    if (ours !== undefined && theirs !== undefined) differences.push(ours - theirs);
  }
  const ratio = bootstrap(differences.length, scores.seed, (drawn) =>
    geometricMean(differences, drawn),
  );
  return { point, ratio };
}

/** Scales a contestant to the miss rate of a peer at its defaults and compares what both cost there. */
export function againstPeer(
  records: readonly SeriesRecord[],
  own: Requests,
  peer: { readonly scores: Scores; readonly place: number },
): AgainstPeer {
  const theirs = requestsAt(records, peer.place);
  const margin = marginAtMiss(records, own, peer.scores.miss);
  return {
    peer: peer.scores.name,
    miss: peer.scores.miss,
    xoracleRatio: xoracleOf(records, own, margin) / xoracleOf(records, theirs),
    chargedFootprintRatio:
      chargedFootprintOf(records, own, margin) / chargedFootprintOf(records, theirs),
  };
}

function basesAt(records: readonly SeriesRecord[], place: number): Requests {
  return records.map((record) => record.bases[place] ?? []);
}
