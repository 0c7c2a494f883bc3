export { type ModelRun, startModel } from './models/index.ts';
export { type BoundBy, LEAST_AMOUNT, type Named, Namer } from './namer.ts';
export {
  type ChoicePlan,
  checkPlan,
  defaultPlan,
  type ModelPlan,
  type Plan,
  type Preset,
  type ResourcePlan,
} from './plan.ts';
export {
  cpuVerdict,
  memoryVerdict,
  type Verdict,
  type VerdictInput,
  type WithheldCode,
} from './verdict.ts';
