import type { Tx } from '../connect/index.ts';

/** What is named for a day. */
export interface NewForecast {
  readonly tenantId: number;
  readonly wcId: number;
  readonly preset: string;
  readonly model: string;
  /** Millicores; null where it is withheld. */
  readonly cpuM: number | null;
  /** Bytes; null where it is withheld. */
  readonly memory: number | null;
}

/** Writes the forecasts for a day, replacing earlier ones that have no score yet. The caller holds the shard's claim. */
export async function writeForecasts(
  tx: Tx,
  where: { readonly shard: number; readonly day: number },
  forecasts: readonly NewForecast[],
): Promise<void> {
  if (forecasts.length === 0) return;
  await tx.query(
    `insert into forecast as f (tenant_id, shard, wc_id, day, preset, model, cpu_m, memory)
     select t."tenantId", $1, t."wcId", $2, t.preset, t.model, t."cpuM", t.memory
     from jsonb_to_recordset($3::jsonb) as t(
       "tenantId" int4, "wcId" int8, preset text, model text, "cpuM" float8, memory int8)
     order by t."wcId", t.preset
     on conflict (shard, wc_id, day, preset) do update
       set model = excluded.model, cpu_m = excluded.cpu_m, memory = excluded.memory
       where f.score is null`,
    [where.shard, where.day, JSON.stringify(forecasts)],
  );
}
