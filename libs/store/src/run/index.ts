export { abandonRun } from './abandon-run.ts';
export { adoptRun } from './adopt-run.ts';
export { type ClaimedShard, claimShard, type ShardBid } from './claim-shard.ts';
export { commitRun } from './commit-run.ts';
export { countRecs, type RecCounts } from './count-recs.ts';
export { countShards, type ShardCounts } from './count-shards.ts';
export { failShard, finishShard, releaseShard, setAsideSpentShards } from './end-claim.ts';
export { findCommittedRun, findOpenRun, type RunRow } from './find-run.ts';
export { beatClaim, type Claim, holdClaim } from './hold-claim.ts';
export { listShardsWithContainers } from './list-run-shards.ts';
export { type NewRun, openRun } from './open-run.ts';
export {
  copyDaySums,
  copyOpenHours,
  type DatedContent,
  readShardContainers,
  type ShardContainer,
  type ShardSpan,
} from './read-shard.ts';
export { type NewForecast, writeForecasts } from './write-forecasts.ts';
export { type NewRec, type RecInForce, readRecsInForce, writeRecs } from './write-recs.ts';
