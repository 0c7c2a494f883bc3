import type { Tx } from '../connect/index.ts';
import { run } from './builder.ts';
import {
  namedRecommendationsAt,
  type RecommendationRow,
  recommendationColumns,
} from './recommendation-row.ts';

/** The recommendation of one workload container visible at a run; undefined where there is none. */
export async function getRecommendation(
  tx: Tx,
  wanted: { readonly runId: number; readonly id: number },
): Promise<RecommendationRow | undefined> {
  const rows = await run(
    tx,
    namedRecommendationsAt(wanted.runId)
      .where('wc.wc_id', '=', wanted.id)
      // The key of the recommendations begins with the shard.
      .whereRef('rec.shard', '=', 'wc.shard')
      .select([...recommendationColumns()]),
  );
  return rows[0];
}
