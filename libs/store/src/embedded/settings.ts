/**
 * The settings an embedded server is started with, on its command line, so that a data directory
 * carries none of ours. Chosen for two cores that PostgreSQL shares with the rest of Trimtab.
 */

/** What differs from one start to the next. */
export interface ServerSettings {
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** Names the process that started the server; see `launcher.ts`. At most 63 characters. */
  readonly clusterName: string;
  /** False only for tests: a power cut would lose or break data. */
  readonly isDurable: boolean;
}

/** Name and value pairs for `postgres -c`. */
export function serverSettings({ port, clusterName, isDurable }: ServerSettings): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    // No socket file: its path may be longer than a socket's name can be.
    'unix_socket_directories=',
    `cluster_name=${clusterName}`,
    'max_connections=60',
    // 96 MB cached + about 45 MB for idle processes keeps a standalone below 400 MiB in all.
    'shared_buffers=96MB',
    'effective_cache_size=384MB',
    'work_mem=8MB',
    'maintenance_work_mem=64MB',
    'wal_buffers=8MB',
    'min_wal_size=80MB',
    'max_wal_size=512MB',
    'checkpoint_timeout=10min',
    'wal_compression=pglz',
    // A statement over a year of partitions locks each of them and its index.
    'max_locks_per_transaction=256',
    // Two cores: a second worker for one query only takes the core from ingest.
    'max_parallel_workers_per_gather=0',
    'max_parallel_maintenance_workers=0',
    'autovacuum_max_workers=2',
    'autovacuum_naptime=30s',
    'jit=off',
    'idle_in_transaction_session_timeout=5s',
    'timezone=UTC',
    'log_timezone=UTC',
    'log_line_prefix=%m [%p] %a ',
    'log_checkpoints=off',
    'log_autovacuum_min_duration=-1',
  ];
  if (!isDurable) {
    settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  }
  return settings;
}
