export type { ControllerOptions } from './assemble.ts';
export { type ControllerConfig, controllerConfigSchema, readControllerConfig } from './config.ts';
export { CONTROLLER_ERRORS, ControllerError, type ControllerErrorCode } from './errors.ts';
export type { Progress, RunProgress } from './progress.ts';
export type { RunSummary } from './run-now.ts';
export { type Controller, startController } from './start-controller.ts';
