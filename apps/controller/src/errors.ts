/**
 * The stable codes of every error that leaves this package, with the sentence an operator finds in
 * the reference of errors.
 */
export const CONTROLLER_ERRORS = {
  TT_CONTROLLER_STOPPED: 'Work was asked for or under way while the controller stops.',
  TT_CONTROLLER_PLAN:
    'The plan stored with a run cannot be read, or is of a version that this code does not compute.',
  TT_CONTROLLER_NOT_LEADING: 'A run was asked for, but another instance leads.',
  TT_CONTROLLER_RUN_LOST: 'A run was taken over or given up by another leader.',
  TT_CONTROLLER_DAY_CLOSED: 'A day was closed between being looked at and being locked.',
  TT_CONTROLLER_UNRESOLVED: 'A workload or container that was written did not come back.',
  TT_CONTROLLER_WORKER: 'A worker thread ended, failed or took too long.',
} as const;

/** A stable code of this package's errors. */
export type ControllerErrorCode = keyof typeof CONTROLLER_ERRORS;

/** An error of the controller; `message` says what was found, where, and what was expected. */
export class ControllerError extends Error {
  readonly code: ControllerErrorCode;

  constructor(code: ControllerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ControllerError';
    this.code = code;
  }
}
