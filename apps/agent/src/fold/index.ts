export type { FoldCounts } from './counts.ts';
export { type ClosedWindow, Fold, type FoldOptions } from './fold.ts';
