import type { Clock } from '@trimtab/daemon';
import type { Database } from '@trimtab/store';
import { findCluster, resolveAgent } from '@trimtab/store/ingest';
import type { AgentIdentity } from '../auth/index.ts';
import { ApiError } from '../errors.ts';

/** An agent as the tables know it. */
export interface Sender extends AgentIdentity {
  readonly agentId: number;
}

interface Entry {
  readonly sender: Promise<Sender>;
  readonly checkedMs: number;
}

/** A cluster that was removed is refused after this at the latest. */
const CHECK_AGAIN_MS = 60_000;
/** About 300 bytes each; the largest fleet of agents behind one process is a few thousand. */
const MOST_ENTRIES = 20_000;

/**
 * Finds who a certificate's agent is in the tables, remembering the answer. Requests of the same agent that come
 * while it is being looked up share the look-up; a failed one is forgotten.
 */
export class Senders {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  /** `db` acts as trimtab_ingest. */
  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Throws TT_INGEST_UNKNOWN_CLUSTER, and passes on what the database throws. */
  resolve(identity: AgentIdentity): Promise<Sender> {
    const key = `${identity.tenantId}/${identity.clusterId}/${identity.node}`;
    const held = this.#entries.get(key);
    const nowMs = this.#clock.monotonicMs();
    if (held !== undefined && nowMs - held.checkedMs < CHECK_AGAIN_MS) return held.sender;
    const sender = this.#look(identity);
    const entry: Entry = { sender, checkedMs: nowMs };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#forgetOldest();
    sender.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return sender;
  }

  async #look(identity: AgentIdentity): Promise<Sender> {
    const { tenantId, clusterId, node } = identity;
    if ((await findCluster(this.#db, { tenantId, clusterId })) === undefined) {
      throw new ApiError(
        'TT_INGEST_UNKNOWN_CLUSTER',
        `client certificate: found cluster ${clusterId} of tenant ${tenantId}; expected a cluster that is registered here: enrol it, or remove the agent`,
      );
    }
    return { ...identity, agentId: await resolveAgent(this.#db, { tenantId, clusterId, node }) };
  }

  #forgetOldest(): void {
    if (this.#entries.size <= MOST_ENTRIES) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
