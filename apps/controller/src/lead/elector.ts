/** Why an instance stopped leading. */
export type LossReason =
  | 'taken-over' // Another instance has the lease or has raised the epoch.
  | 'not-renewed' // The renew deadline passed: the database was away, or this process stood still.
  | 'stopped'; // This instance gave the lease back.

/** What an elector tells; both are called at most once a term, in turn. */
export interface LeadListener {
  onLead(epoch: number): void;
  onLost(reason: LossReason): void;
}

/**
 * Decides which instance leads. However it does so, `epoch` must come from the database that the runs are written to:
 * the epoch, not the lease, is what keeps a stopped and woken leader from writing.
 */
export interface Elector {
  /** Begins to bid. Called once. */
  start(): void;
  /** The epoch while this instance leads, else undefined. Judged by the monotonic clock at each call. */
  epoch(): number | undefined;
  /** Stops bidding, loses the lead and gives the lease back, so that another need not wait. Never rejects. */
  stop(): Promise<void>;
}
