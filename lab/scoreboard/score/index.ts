export { type CalibrationPoint, calibrationOf } from './calibration.ts';
export {
  type AgainstEnvelope,
  type AgainstPeer,
  againstPeer,
  type Curve,
  type CurvePoint,
  TunedPeers,
} from './envelope.ts';
export { onDaysNamedBy } from './named-days.ts';
export { resamplesOf } from './resample.ts';
export { type Scores, scoreOf } from './scores.ts';
export { type WorstSeries, worstSeries } from './worst.ts';
