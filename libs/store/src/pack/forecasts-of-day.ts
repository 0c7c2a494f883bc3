import { int4Array, int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';
import type { DayContainer } from './list-day-containers.ts';

/** What was forecast for a day. */
export interface ForecastRow {
  readonly shard: number;
  readonly wcId: number;
  readonly preset: string;
  /** Millicores; null where it was withheld. */
  readonly cpuM: number | null;
  /** Bytes; null where it was withheld. */
  readonly memory: number | null;
}

/** A forecast's score, told as JSON of the caller's making. */
export interface ForecastScore extends Pick<ForecastRow, 'shard' | 'wcId' | 'preset'> {
  readonly score: unknown;
}

/** Reads the forecasts that speak of a day of some workload containers. */
export async function readForecasts(
  tx: Tx,
  containers: readonly DayContainer[],
  day: number,
): Promise<ForecastRow[]> {
  return await tx.query<ForecastRow>(
    `select f.shard, f.wc_id as "wcId", f.preset, f.cpu_m as "cpuM", f.memory
     from unnest($1::int4[], $2::int8[]) as t(shard, wc_id)
     join forecast f on f.shard = t.shard and f.wc_id = t.wc_id and f.day = $3
     order by f.shard, f.wc_id, f.preset`,
    [
      int4Array(containers.map((container) => container.shard)),
      int8Array(containers.map((container) => container.wcId)),
      day,
    ],
  );
}

/** Writes the scores of forecasts that speak of a day. */
export async function scoreForecasts(
  tx: Tx,
  day: number,
  scores: readonly ForecastScore[],
): Promise<void> {
  if (scores.length === 0) return;
  await tx.query(
    `update forecast f set score = t.score
     from jsonb_to_recordset($2::jsonb) as t(shard int2, "wcId" int8, preset text, score jsonb)
     where f.day = $1 and f.shard = t.shard and f.wc_id = t."wcId" and f.preset = t.preset`,
    [day, JSON.stringify(scores)],
  );
}
