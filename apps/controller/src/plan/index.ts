export type { RunTiming } from './due-run.ts';
export { Planner, type PlannerOptions, type PlannerTurn } from './planner.ts';
export { parseStoredPlan, type StoredPlan } from './stored-plan.ts';
