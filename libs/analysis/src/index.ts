export { type Analysis, analyse, type WorkloadHistory } from './analyse.ts';
export type { CpuProof, MemoryProof, Proof, Step, Walk } from './backtest/index.ts';
export { walkForward } from './backtest/index.ts';
export { cpuDemand, type DemandDay, memoryDemand } from './demand/index.ts';
export { AnalysisError, type AnalysisErrorCode } from './errors.ts';
export type { Finding, FindingCode } from './findings/index.ts';
export {
  type ChoicePlan,
  checkPlan,
  defaultPlan,
  type ModelPlan,
  type Plan,
  type Preset,
  type ResourcePlan,
  type Verdict,
  type WithheldCode,
} from './recommend/index.ts';
