export { Planner, type PlannerTurn } from './planner.ts';
export { parseStoredPlan, type StoredPlan } from './stored-plan.ts';
export { type WishedTurns, wishedTurns } from './wished-turns.ts';
