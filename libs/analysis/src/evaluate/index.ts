export { type Contestants, type PeerDefault, withPeers } from './contestants.ts';
export { type RiskPrices, type TrainedModel, trainDefaultModel } from './default-model.ts';
export {
  type AgainstEnvelope,
  type AtPeersMiss,
  atPeersMiss,
  type EnvelopePoint,
  TunedPeers,
} from './envelope.ts';
export {
  type AgainstPeer,
  EVALUATION_DEFAULTS,
  Evaluation,
  type EvaluationOptions,
  type EvaluationReport,
  type ResourceReport,
} from './evaluation.ts';
export { FleetReplay } from './fleet-replay.ts';
export { sumOfWindows, trimtabPolicy } from './own-policy.ts';
export {
  aboveRequest,
  isScored,
  type Judged,
  type NamedDay,
  needsOf,
  type Replayed,
  replaySeries,
  type SeriesRecord,
} from './replay.ts';
export { type Interval, type Resamples, resamplesOf } from './resample.ts';
export { missRate, type Scores, scoreOf } from './scores.ts';
export { daysOf, type SeriesDay, type UsageSeries } from './series-days.ts';
export { isTuningSeries } from './split.ts';
export { type WorstSeries, worstSeries } from './worst.ts';
