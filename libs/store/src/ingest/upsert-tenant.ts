import type { Tx } from '../connect/index.ts';
import { onlyRow } from './only-row.ts';

/** The id of the tenant of that name, made where it does not exist. */
export async function upsertTenant(tx: Tx, name: string): Promise<number> {
  const rows = await tx.query<{ readonly tenantId: number }>(
    `insert into tenant (name) values ($1)
     on conflict (name) do update set name = excluded.name
     returning tenant_id as "tenantId"`,
    [name],
  );
  return onlyRow(rows, 'tenant').tenantId;
}
