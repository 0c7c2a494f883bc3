export { SYNTHETIC_LABEL, type WorkloadFilter } from './filter.ts';
export { type ApiKeyRole, type ApiKeyRow, findApiKey } from './find-api-key.ts';
export { getRecommendation } from './get-recommendation.ts';
export { insertApiKey, type NewApiKey } from './insert-api-key.ts';
export { type AuditEntry, insertAudit } from './insert-audit.ts';
export type { Direction, PageAsk, Place, RowPage, SortValue } from './keyset.ts';
export { type ClusterSummaryRow, listClusters } from './list-clusters.ts';
export {
  type ContainerRow,
  type ContainerSort,
  type ContainersAsk,
  listContainers,
} from './list-containers.ts';
export {
  listRecommendations,
  type RecommendationSort,
  type RecommendationStatusFilter,
  type RecommendationsAsk,
} from './list-recommendations.ts';
export {
  getWorkload,
  listWorkloads,
  type WorkloadRow,
  type WorkloadSort,
  type WorkloadsAsk,
} from './list-workloads.ts';
export { newestRun } from './newest-run.ts';
export type { RecommendationRow } from './recommendation-row.ts';
export { revokeApiKey } from './revoke-api-key.ts';
export { touchApiKey } from './touch-api-key.ts';
