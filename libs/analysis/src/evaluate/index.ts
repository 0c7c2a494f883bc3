export { seededRandom } from '../seeded-random.ts';
export type { Interval } from './bootstrap.ts';
export { type Contestants, type PeerDefault, withPeers } from './contestants.ts';
export { type RiskPrices, type TrainedModel, trainDefaultModel } from './default-model.ts';
export type { AgainstEnvelope, AgainstPeer, EnvelopePoint } from './envelope.ts';
export {
  EVALUATION_DEFAULTS,
  Evaluation,
  type EvaluationOptions,
  type EvaluationReport,
  type ResourceReport,
} from './evaluation.ts';
export { FleetReplay } from './fleet-replay.ts';
export { sumOfWindows, trimtabPolicy } from './own-policy.ts';
export { type NamedDay, type Replayed, replaySeries, type SeriesRecord } from './replay.ts';
export type { Scores } from './scores.ts';
export { daysOf, type SeriesDay, type UsageSeries } from './series-days.ts';
export { isTuningSeries } from './split.ts';
