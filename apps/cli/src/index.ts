export { ask, askAll } from './ask/client.ts';
export {
  CONTEXT_FILE,
  type Context,
  dataDir,
  readContext,
  writeContext,
} from './ask/context.ts';
export { CliError, type CliErrorCode, EXIT } from './errors.ts';
export { createProgress, type ProgressStep, type ProgressStream } from './show/progress.ts';
export { LEGEND, recommendationTable } from './show/recommendations.ts';
