import type { Tx } from '../connect/index.ts';

/** Something that somebody changed. */
export interface AuditEntry {
  readonly tenantId: number;
  /** Who: a key's id, `setup`, ... */
  readonly actor: string;
  /** What, as a stable word: `api-key-created`. */
  readonly action: string;
  /** Never a secret. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Appends to the audit, in the transaction of the change itself. The tenant has to be set. */
export async function insertAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.query(
    `insert into audit (tenant_id, actor, action, detail) values ($1, $2, $3, $4::jsonb)`,
    [entry.tenantId, entry.actor, entry.action, JSON.stringify(entry.detail)],
  );
}
