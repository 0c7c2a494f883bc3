export { RiskCurve } from './curve.ts';
export { type Decision, decide, priceFor, usualDemand } from './decide.ts';
export { DEFAULT_RISK } from './default-model.gen.ts';
export { type Frame, frameOf, ROW_LAYOUT, ROW_MONOTONE } from './frame.ts';
export { Lessons, type Prior, TRAINING } from './lessons.ts';
export { Past } from './past.ts';
export { findTrees, type TreesInPlan } from './shipped.ts';
export { RiskView } from './view.ts';
