/** The columns that the answers read, as they come back from PostgreSQL. Not the whole schema: see the migrations. */
export interface AnswerTables {
  readonly cluster: {
    readonly cluster_id: number;
    readonly tenant_id: number;
    readonly name: string;
    readonly created_at: Date;
  };
  readonly agent: { readonly agent_id: number; readonly cluster_id: number };
  readonly workload: {
    readonly workload_id: number;
    readonly tenant_id: number;
    readonly cluster_id: number;
    readonly namespace: string;
    readonly kind: string;
    readonly name: string;
    readonly labels: unknown;
    readonly first_hour: number;
    readonly last_hour: number;
  };
  readonly wc: {
    readonly wc_id: number;
    readonly tenant_id: number;
    readonly workload_id: number;
    readonly container: string;
    readonly shard: number;
    readonly first_hour: number;
    readonly last_hour: number;
    readonly sizes_hour: number | null;
    readonly cpu_request_m: number | null;
    readonly cpu_limit_m: number | null;
    readonly memory_request: number | null;
    readonly memory_limit: number | null;
  };
  readonly rec: {
    readonly tenant_id: number;
    readonly shard: number;
    readonly wc_id: number;
    readonly from_run: number;
    readonly to_run: number | null;
    readonly preset: string;
    readonly cpu_request_m: number | null;
    readonly memory_request: number | null;
    readonly memory_limit: number | null;
    readonly evidence: unknown;
  };
  readonly run: { readonly run_id: number; readonly state: string };
}
