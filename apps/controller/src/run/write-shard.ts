import type { Database } from '@trimtab/store';
import {
  type Claim,
  finishShard,
  holdClaim,
  type NewForecast,
  readRecsInForce,
  writeForecasts,
  writeRecs,
} from '@trimtab/store/run';
import type { ContainerResult } from './analyse-shard.ts';
import { changeKey } from './change-key.ts';

/** What writing a shard came to: `lost` where the claim is another's by now, and nothing was written. */
export type WriteOutcome =
  | { readonly kind: 'written'; readonly containers: number; readonly changed: number }
  | { readonly kind: 'lost' };

/**
 * Writes a shard's results under its claim: recommendations that changed, the forecasts for the day, and that the shard
 * is done; all of it or nothing. Readers see none of it before the run is committed.
 */
export async function writeShard(
  db: Database,
  claim: Claim,
  of: { readonly asOfDay: number; readonly results: readonly ContainerResult[] },
): Promise<WriteOutcome> {
  const { asOfDay, results } = of;
  return await db.transaction(async (tx): Promise<WriteOutcome> => {
    if (!(await holdClaim(tx, claim))) return { kind: 'lost' };
    const inForce = await readRecsInForce(tx, claim.shard);
    const known = new Map(inForce.map((rec) => [rec.wcId, changeKey(rec.preset, rec.evidence)]));
    const changed = results.filter((result) => known.get(result.wcId) !== result.changeKey);
    await writeRecs(tx, claim, changed);
    await writeForecasts(tx, { shard: claim.shard, day: asOfDay }, results.map(forecastOf));
    await finishShard(tx, claim, results.length);
    return { kind: 'written', containers: results.length, changed: changed.length };
  });
}

function forecastOf(result: ContainerResult): NewForecast {
  const { tenantId, wcId, preset, model, cpuRequestM, memoryRequest } = result;
  return { tenantId, wcId, preset, model, cpuM: cpuRequestM, memory: memoryRequest };
}
