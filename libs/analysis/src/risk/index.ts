export { type Decision, decide, priceFor } from './decide.ts';
export { DEFAULT_RISK } from './default-model.gen.ts';
export { type Frame, ROW_LAYOUT } from './frame.ts';
export { Lessons, type Prior, TRAINING } from './lessons.ts';
export { findTrees, type TreesInPlan } from './shipped.ts';
export { RiskView } from './view.ts';
