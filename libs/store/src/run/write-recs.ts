import { int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';

/** A recommendation that is in force for whoever writes next. */
export interface RecInForce {
  readonly wcId: number;
  readonly preset: string;
  readonly cpuRequestM: number | null;
  readonly memoryRequest: number | null;
  readonly memoryLimit: number | null;
  readonly evidence: unknown;
}

/** A recommendation to be written. */
export interface NewRec {
  readonly tenantId: number;
  readonly wcId: number;
  readonly preset: string;
  /** Millicores; null where it is withheld. */
  readonly cpuRequestM: number | null;
  /** Bytes; null where it is withheld. */
  readonly memoryRequest: number | null;
  readonly memoryLimit: number | null;
  /** JSON text. */
  readonly evidence: string;
}

/** Reads what is in force in a shard, also what an open run has written already. */
export async function readRecsInForce(tx: Tx, shard: number): Promise<RecInForce[]> {
  return await tx.query<RecInForce>(
    `select wc_id as "wcId", preset, cpu_request_m as "cpuRequestM", memory_request as "memoryRequest",
            memory_limit as "memoryLimit", evidence
     from rec where shard = $1 and to_run is null`,
    [shard],
  );
}

/**
 * Ends what is in force for the containers given and puts the new recommendations in its place, from `runId` on.
 * Readers see neither before the run is committed. The caller holds the shard's claim.
 */
export async function writeRecs(
  tx: Tx,
  where: { readonly runId: number; readonly shard: number },
  recs: readonly NewRec[],
): Promise<void> {
  if (recs.length === 0) return;
  await tx.query(
    'update rec set to_run = $1 where shard = $2 and to_run is null and wc_id = any ($3::int8[])',
    [where.runId, where.shard, int8Array(recs.map((rec) => rec.wcId))],
  );
  await tx.query(
    `insert into rec (tenant_id, shard, wc_id, from_run, preset, cpu_request_m, memory_request, memory_limit, evidence)
     select t."tenantId", $2, t."wcId", $1, t.preset, t."cpuRequestM", t."memoryRequest", t."memoryLimit", t.evidence::jsonb
     from jsonb_to_recordset($3::jsonb) as t(
       "tenantId" int4, "wcId" int8, preset text, "cpuRequestM" float8, "memoryRequest" int8,
       "memoryLimit" int8, evidence text)
     order by t."wcId"`,
    [where.runId, where.shard, JSON.stringify(recs)],
  );
}
