import type { Resource } from '../peers/index.ts';
import type { Contestants } from './contestants.ts';
import { type AgainstEnvelope, atPeersMiss, type EnvelopePoint, TunedPeers } from './envelope.ts';
import { type NamedDay, replaySeries, type SeriesRecord } from './replay.ts';
import { type Resamples, resamplesOf } from './resample.ts';
import { type Scores, scoreOf } from './scores.ts';
import type { UsageSeries } from './series-days.ts';

/** Settings of an evaluation. */
export interface EvaluationOptions {
  /** Seed of the bootstrap. */
  readonly seed: number;
  /** Series whose mean usage lies below are left out: cores and bytes. */
  readonly idleBelow: Readonly<Record<Resource, number>>;
}

/**
 * Series below 5 m and 5 MB on average stay out of the scores: their size is decided by rounding.
 * With these two values the protocol gives the reference points of a separate implementation.
 */
export const EVALUATION_DEFAULTS: EvaluationOptions = {
  seed: 1,
  idleBelow: { cpu: 0.005, memory: 5e6 },
};

const ENVELOPE_RATES = [0.1, 0.05, 0.02, 0.01];

/** The first policy, its requests scaled to a peer's own miss rate on the days it named, against that peer. */
export interface AgainstPeer {
  readonly peer: string;
  readonly miss: number;
  readonly xoracleRatio: number;
  readonly chargedFootprintRatio: number;
}

/** The outcome for one resource. */
export interface ResourceReport {
  readonly series: number;
  /** Series left out as idle or never measured. */
  readonly seriesLeftOut: number;
  /** The policies in the order given, then the peers at their defaults. */
  readonly scores: readonly Scores[];
  /** The peers' envelope at 10, 5, 2 and 1 %. */
  readonly envelope: readonly EnvelopePoint[];
  /** The first policy against the envelope at its own miss rate, on the days it named; absent where no peer can keep that. */
  readonly againstEnvelope?: AgainstEnvelope;
  /** The first policy against each peer at that peer's miss rate; without those it cannot be brought to. */
  readonly againstPeers: readonly AgainstPeer[];
}

/** The outcome of an evaluation; a resource that no series has is absent. */
export interface EvaluationReport {
  readonly cpu?: ResourceReport;
  readonly memory?: ResourceReport;
}

/** Replays series one after another and keeps what is scored, not their windows. */
export class Evaluation {
  readonly #contestants: Contestants;
  readonly #options: EvaluationOptions;
  readonly #records: Record<Resource, SeriesRecord[]> = { cpu: [], memory: [] };

  constructor(contestants: Contestants, options: EvaluationOptions = EVALUATION_DEFAULTS) {
    this.#contestants = contestants;
    this.#options = options;
  }

  /** Replays one series and returns every number the first policy named for its days from the second on. */
  add(series: UsageSeries): readonly NamedDay[] {
    const { cpu, memory, named } = replaySeries(series, this.#contestants);
    this.#records.cpu.push(cpu);
    this.#records.memory.push(memory);
    return named;
  }

  /** Scores everything added so far. */
  report(): EvaluationReport {
    const cpu = this.#reportOf('cpu');
    const memory = this.#reportOf('memory');
    return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
  }

  #reportOf(resource: Resource): ResourceReport | undefined {
    const { policies, defaults, families } = this.#contestants;
    const { seed, idleBelow } = this.#options;
    const all = this.#records[resource];
    const records = all.filter(
      (record) => record.demands.length > 0 && record.meanUsage >= idleBelow[resource],
    );
    if (records.length === 0) return undefined;
    const resamples = resamplesOf(records.length, seed);
    const names = [...policies, ...defaults].map((contestant) => contestant.name);
    const scores = names.map((name, place) => scoreOf(name, records, place, resamples));
    const members = families[resource].flatMap((family) => family.members);
    const peers = new TunedPeers(records, members);
    const against = policies.length === 0 ? undefined : peers.against(0, resamples);
    return {
      series: records.length,
      seriesLeftOut: all.length - records.length,
      scores,
      envelope: ENVELOPE_RATES.map((miss) => peers.bestAt(miss)).filter(
        (point) => point !== undefined,
      ),
      ...(against === undefined ? {} : { againstEnvelope: against }),
      againstPeers: this.#againstPeers(records, resamples),
    };
  }

  #againstPeers(records: readonly SeriesRecord[], resamples: Resamples): AgainstPeer[] {
    const { policies, defaults } = this.#contestants;
    if (policies.length === 0) return [];
    return defaults.flatMap(({ name }, place) => {
      const places = { own: 0, peer: policies.length + place };
      const found = atPeersMiss(records, places, resamples);
      if (found === undefined) return [];
      const { miss, xoracle, chargedFootprint } = found;
      return [
        {
          peer: name,
          miss,
          xoracleRatio: xoracle.value,
          chargedFootprintRatio: chargedFootprint.value,
        },
      ];
    });
  }
}
