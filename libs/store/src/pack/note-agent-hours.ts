import type { Tx } from '../connect/index.ts';

/** What one agent's epoch told about one hour. */
export interface AgentHour {
  readonly agentId: number;
  readonly epoch: number | bigint;
  readonly hour: number;
  /** Half-open runs of seconds of the hour, 0 to 3,600. */
  readonly covered: readonly (readonly [from: number, to: number])[];
  /** Container windows that this epoch and another both covered. */
  readonly overlapped: number;
}

/** Adds to the ledger of seconds covered. Each (agent, hour, epoch) may stand in `rows` once. */
export async function noteAgentHours(
  tx: Tx,
  tenantId: number,
  rows: readonly AgentHour[],
): Promise<void> {
  if (rows.length === 0) return;
  const told = rows.map((row) => ({
    agentId: row.agentId,
    epoch: String(row.epoch),
    hour: row.hour,
    covered: multirange(row.covered),
    overlapped: row.overlapped,
  }));
  await tx.query(
    `insert into agent_hour as a (tenant_id, agent_id, hour, epoch, covered, overlapped)
     select $1, t."agentId", t.hour, t.epoch, t.covered, t.overlapped
     from jsonb_to_recordset($2::jsonb) as t(
       "agentId" int4, epoch int8, hour int4, covered int4multirange, overlapped int4)
     order by t."agentId", t.hour, t.epoch
     on conflict (agent_id, hour, epoch) do update set
       covered = a.covered + excluded.covered, overlapped = a.overlapped + excluded.overlapped`,
    [tenantId, JSON.stringify(told)],
  );
}

function multirange(runs: readonly (readonly [number, number])[]): string {
  return `{${runs.map(([from, to]) => `[${from},${to})`).join(',')}}`;
}
