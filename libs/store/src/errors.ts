/**
 * The stable codes of every error that leaves this package, with the sentence an operator finds in
 * the reference of errors. Other packages may ask for a code; only this package makes them.
 */
export const STORE_ERRORS = {
  TT_STORE_URL: 'A database URL cannot be read or asks for something that is not supported.',
  TT_STORE_ARRAY: 'A value does not fit the array parameter it was given to.',
  TT_STORE_BUSY: 'No connection became free within the deadline.',
  TT_STORE_UNAVAILABLE: 'The connection to PostgreSQL was refused, lost or timed out.',
  TT_STORE_TLS: 'TLS could not be agreed on, or the certificate of the server is not trusted.',
  TT_STORE_CLOSED: 'The database handle was used after it had been closed.',
  TT_STORE_ROLLED_BACK:
    'A statement failed unnoticed inside a transaction, so nothing was committed.',
  TT_STORE_TENANTS: 'A transaction was opened for something that is not a list of tenant numbers.',
  TT_STORE_SCHEMA_OLDER: 'The schema lacks migrations that this version needs.',
  TT_STORE_SCHEMA_NEWER: 'The schema was migrated by a newer version.',
  TT_STORE_MIGRATION_EDITED: 'A migration file differs from the one that was applied.',
  TT_STORE_MIGRATION_LOCKED: 'Another migration held its lock for too long.',
  TT_STORE_MIGRATION_FAILED: 'A migration failed and was rolled back.',
  TT_STORE_ROLES: 'The connecting user may not act as one of the group roles.',
  TT_STORE_PARTITION_RANGE: 'A partition was asked for outside the range that is allowed.',
  TT_STORE_EMBEDDED_PLATFORM: 'There is no embedded PostgreSQL for this platform.',
  TT_STORE_EMBEDDED_BINARIES: 'The binaries of the embedded PostgreSQL cannot be run.',
  TT_STORE_EMBEDDED_USER: 'No system user was found under which PostgreSQL may run.',
  TT_STORE_EMBEDDED_PERMISSION: 'The data directory cannot be used by the user PostgreSQL runs as.',
  TT_STORE_EMBEDDED_DATA_DIR: 'The data directory holds something that is not ours.',
  TT_STORE_EMBEDDED_VERSION: 'The data directory was made by another major version of PostgreSQL.',
  TT_STORE_EMBEDDED_RUNNING: 'Another process already runs PostgreSQL on the data directory.',
  TT_STORE_EMBEDDED_LEFTOVER: 'Processes of a killed server still use the data directory.',
  TT_STORE_EMBEDDED_PORT: 'The port asked for is taken.',
  TT_STORE_EMBEDDED_DISK_FULL: 'The disk under the data directory is full.',
  TT_STORE_EMBEDDED_START: 'PostgreSQL ended or stayed silent while it was being started.',
  TT_STORE_AGENT_HIDDEN: 'An agent could be neither found nor registered for its tenant.',
  TT_STORE_BATCH_VANISHED: 'A batch was neither inserted nor found; the push is to be repeated.',
  TT_STORE_ROW_MISSING: 'A statement that always gives one row gave none or several.',
  TT_STORE_TESTING: 'A database for a test could not be made.',
} as const;

/** A stable code of this package's errors. */
export type StoreErrorCode = keyof typeof STORE_ERRORS;

/**
 * An error of the store: `code` is stable, `message` says what was found, where, what was expected
 * and what to do, `cause` keeps the original. Errors that PostgreSQL itself answers with (a violated
 * constraint, a refused right) are passed on as they are, with their SQLSTATE in `code`.
 */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
