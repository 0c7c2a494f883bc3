import type { Tx } from '../connect/index.ts';
import { run } from './builder.ts';
import {
  type RecommendationRow,
  recommendationColumns,
  recommendationsAt,
} from './recommendation-row.ts';

/** The recommendation of one workload container visible at a run; undefined where there is none. */
export async function getRecommendation(
  tx: Tx,
  wanted: { readonly runId: number; readonly id: number },
): Promise<RecommendationRow | undefined> {
  const rows = await run(
    tx,
    recommendationsAt(wanted.runId)
      .where('rec.wc_id', '=', wanted.id)
      .select([...recommendationColumns()]),
  );
  return rows[0];
}
