export { type Interval, seededRandom } from './bootstrap.ts';
export { type Contestants, type PeerDefault, withPeers } from './contestants.ts';
export type { AgainstEnvelope, AgainstPeer, EnvelopePoint } from './envelope.ts';
export {
  EVALUATION_DEFAULTS,
  Evaluation,
  type EvaluationOptions,
  type EvaluationReport,
  type ResourceReport,
} from './evaluation.ts';
export { sumOfWindows, trimtabPolicy } from './own-policy.ts';
export { type NamedDay, type Replayed, replaySeries, type SeriesRecord } from './replay.ts';
export type { Scores } from './scores.ts';
export { daysOf, type SeriesDay, type UsageSeries } from './series-days.ts';
