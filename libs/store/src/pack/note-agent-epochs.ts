import type { Tx } from '../connect/index.ts';

/** Batches of one agent's epoch that have been packed. */
export interface PackedSeqs {
  readonly agentId: number;
  readonly epoch: number | bigint;
  readonly seqs: readonly (number | bigint)[];
}

/** Adds sequence numbers to the ledger of what has been packed. Each (agent, epoch) may stand in `rows` once. */
export async function noteAgentEpochs(
  tx: Tx,
  tenantId: number,
  rows: readonly PackedSeqs[],
): Promise<void> {
  if (rows.length === 0) return;
  const told = rows.map((row) => ({
    agentId: row.agentId,
    epoch: String(row.epoch),
    seqs: `{${row.seqs.map((seq) => `[${seq},${seq}]`).join(',')}}`,
  }));
  await tx.query(
    `insert into agent_epoch as a (tenant_id, agent_id, epoch, seqs)
     select $1, t."agentId", t.epoch, t.seqs
     from jsonb_to_recordset($2::jsonb) as t("agentId" int4, epoch int8, seqs int8multirange)
     order by t."agentId", t.epoch
     on conflict (agent_id, epoch) do update set seqs = a.seqs + excluded.seqs, last_seen = now()`,
    [tenantId, JSON.stringify(told)],
  );
}
