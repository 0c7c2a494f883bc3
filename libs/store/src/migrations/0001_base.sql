-- The base schema: pushes (batch, body) -> hours -> day blocks -> day sums -> recommendations.
-- Words: wc = workload container; hour, day, quarter = int4 since 1970 UTC.
-- An older version may not run beside this one: it is the first.

-- Group roles. Login roles are the operator's and are granted into these; no owner among them, no BYPASSRLS.
do $$
declare r text;
begin
  foreach r in array array['trimtab_ingest', 'trimtab_api', 'trimtab_controller'] loop
    begin
      execute format('create role %I nologin', r);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end $$;

create table tenant (
  tenant_id  int4 generated always as identity primary key,
  name       text not null unique check (length(name) between 1 and 253),
  created_at timestamptz not null default now()
);

create table cluster (
  cluster_id int4 generated always as identity primary key,
  tenant_id  int4 not null references tenant,
  name       text not null check (length(name) between 1 and 253),
  created_at timestamptz not null default now(),
  unique (tenant_id, name),
  unique (tenant_id, cluster_id)
);

-- One row a node (or other sender) of a cluster; the certificate's SPIFFE id names it.
create table agent (
  agent_id   int4 generated always as identity primary key,
  tenant_id  int4 not null,
  cluster_id int4 not null,
  node       text not null check (length(node) between 1 and 253),
  first_seen timestamptz not null default now(),
  unique (cluster_id, node),
  foreign key (tenant_id, cluster_id) references cluster (tenant_id, cluster_id)
);

create table api_key (
  key_id       text primary key,
  tenant_id    int4 not null references tenant,
  name         text not null,
  role         text not null check (role in ('viewer', 'operator', 'admin')),
  secret_hmac  bytea not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz
);

create table audit (
  audit_id  int8 generated always as identity primary key,
  tenant_id int4 not null,
  at        timestamptz not null default now(),
  actor     text not null,
  action    text not null,
  detail    jsonb not null default '{}'
);

-- Ingest: appended only, by trimtab_ingest.
create table batch (
  tenant_id   int4 not null,
  agent_id    int4 not null,
  epoch       int8 not null,
  seq         int8 not null,
  sealed_day  int4 not null,
  cluster_id  int4 not null,
  hour        int4 not null,
  digest      bytea not null check (length(digest) = 32),
  points      int4 not null,
  rejected    int4 not null,
  received_at timestamptz not null default now(),
  primary key (tenant_id, agent_id, epoch, seq, sealed_day)
) partition by range (sealed_day);

create table body (
  tenant_id     int4 not null,
  agent_id      int4 not null,
  epoch         int8 not null,
  seq           int8 not null,
  sealed_day    int4 not null,
  cluster_id    int4 not null,
  hour          int4 not null,
  received_hour int4 not null,
  kind          int2 not null default 0,  -- 0 windows; 1 samples (remote write)
  packed        bool not null default false,
  block         bytea not null
) partition by range (received_hour);
alter table body alter column block set storage external;
create index body_waiting on body (cluster_id, hour) where not packed;

-- Bodies that could not be unpacked, kept with the reason; the rest of their unit went on.
create table body_set_aside (
  tenant_id  int4 not null,
  agent_id   int4 not null,
  epoch      int8 not null,
  seq        int8 not null,
  cluster_id int4 not null,
  hour       int4 not null,
  at         timestamptz not null default now(),
  reason     text not null,
  block      bytea not null
);
create index body_set_aside_cluster on body_set_aside (cluster_id, hour);

-- Written by the packer.
create table agent_epoch (
  tenant_id  int4 not null,
  agent_id   int4 not null,
  epoch      int8 not null,
  seqs       int8multirange not null,
  first_seen timestamptz not null default now(),
  last_seen  timestamptz not null default now(),
  primary key (agent_id, epoch)
);

create table agent_hour (
  tenant_id  int4 not null,
  agent_id   int4 not null,
  hour       int4 not null,
  epoch      int8 not null,
  covered    int4multirange not null,     -- seconds of the hour
  coarsened  int4 not null default 0,
  dropped    int4 not null default 0,
  overlapped int4 not null default 0,     -- container windows that two epochs both covered
  primary key (agent_id, hour, epoch)
) partition by range (hour);

create table workload (
  workload_id int8 generated always as identity primary key,
  tenant_id   int4 not null,
  cluster_id  int4 not null,
  namespace   text not null,
  kind        text not null,
  name        text not null,
  labels      jsonb not null default '{}',
  first_hour  int4 not null,
  last_hour   int4 not null,
  unique (cluster_id, namespace, kind, name),
  foreign key (tenant_id, cluster_id) references cluster (tenant_id, cluster_id)
);

create table wc (
  wc_id          int8 generated always as identity primary key,
  tenant_id      int4 not null,
  workload_id    int8 not null references workload,
  container      text not null,
  shard          int2 not null check (shard between 0 and 255),
  first_hour     int4 not null,
  last_hour      int4 not null,
  -- Sizes in force, as the newest hour told them; null = the pod asks for nothing or nothing was told.
  sizes_hour     int4,
  cpu_request_m  float8,
  cpu_limit_m    float8,
  memory_request int8,
  memory_limit   int8,
  unique (workload_id, container)
);
create index wc_shard on wc (shard, wc_id);

create table hours (
  tenant_id int4 not null,
  shard     int2 not null,
  wc_id     int8 not null,
  hour      int4 not null,
  covered   int4 not null,
  rev       int4 not null default 1,
  content   bytea not null,
  primary key (shard, wc_id, hour)
) partition by range (hour);

create table day_state (
  tenant_id  int4 not null,
  cluster_id int4 not null,
  day        int4 not null,
  closed     bool not null default false,
  rev        int4 not null default 1,
  primary key (cluster_id, day)
);

create table day_block (
  tenant_id int4 not null,
  shard     int2 not null,
  wc_id     int8 not null,
  quarter   int4 not null,  -- day * 4 + 0..3
  content   bytea not null,
  primary key (shard, wc_id, quarter)
) partition by range (quarter);

create table day_sum (
  tenant_id int4 not null,
  shard     int2 not null,
  wc_id     int8 not null,
  day       int4 not null,
  content   bytea not null,
  primary key (shard, wc_id, day)
) partition by range (day);

create table forecast (
  tenant_id     int4 not null,
  shard         int2 not null,
  wc_id         int8 not null,
  day           int4 not null,             -- the day it speaks of
  preset        text not null,
  model         text not null,
  cpu_m         float8,
  memory        int8,
  score         jsonb,                     -- written when the day is closed
  primary key (shard, wc_id, day, preset)
) partition by range (day);

create table leader_lease (
  name       text primary key,
  holder     text not null,
  expires_at timestamptz not null
);

create table leader_epoch (
  name   text primary key,
  epoch  int8 not null,
  holder text not null
);

create table run (
  run_id       int8 generated always as identity primary key,
  kind         text not null check (kind in ('daily', 'full')),
  epoch        int8 not null,
  state        text not null default 'open' check (state in ('open', 'committed', 'abandoned')),
  as_of_day    int4 not null,              -- the first day not used
  plan         jsonb not null,
  opened_at    timestamptz not null default now(),
  committed_at timestamptz
);

create table run_shard (
  run_id       int8 not null references run,
  shard        int2 not null,
  state        text not null default 'waiting' check (state in ('waiting', 'claimed', 'done', 'set-aside')),
  token        uuid,
  holder       text,
  heartbeat_at timestamptz,
  attempts     int4 not null default 0,
  containers   int4,
  reason       text,
  primary key (run_id, shard)
);

-- A recommendation is in force from the run that wrote it up to, not including, the run that replaced it.
create table rec (
  tenant_id      int4 not null,
  shard          int2 not null,
  wc_id          int8 not null,
  from_run       int8 not null,
  to_run         int8,
  preset         text not null,
  cpu_request_m  float8,                   -- null = withheld, see evidence
  memory_request int8,
  memory_limit   int8,
  evidence       jsonb not null,
  primary key (shard, wc_id, from_run)
);
create index rec_in_force on rec (tenant_id, wc_id) where to_run is null;

-- Row-level security: every table with a tenant (docs/decisions/0003). Not forced on the owner, who
-- migrates and keeps partitions; no process connects as the owner without a role.
do $$
declare t text;
begin
  foreach t in array array['tenant', 'cluster', 'agent', 'api_key', 'audit', 'batch', 'body', 'body_set_aside', 'agent_epoch', 'agent_hour',
    'workload', 'wc', 'hours', 'day_state', 'day_block', 'day_sum', 'forecast', 'rec'] loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy tenants on %I to trimtab_ingest, trimtab_api
      using (tenant_id = any ((select string_to_array(current_setting('trimtab.tenants', true), ',')::int4[])::int4[]))
      with check (tenant_id = any ((select string_to_array(current_setting('trimtab.tenants', true), ',')::int4[])::int4[]))$p$, t);
    execute format('create policy fleet on %I to trimtab_controller using (true) with check (true)', t);
  end loop;
end $$;
-- Finding the tenant of a certificate or of a key comes before a tenant is set.
create policy lookup_ingest on tenant for select to trimtab_ingest using (true);
create policy lookup_ingest on cluster for select to trimtab_ingest using (true);
create policy lookup_api on api_key for select to trimtab_api using (true);

grant usage on schema public to trimtab_ingest, trimtab_api, trimtab_controller;
grant select on schema_migration to trimtab_ingest, trimtab_api, trimtab_controller;
grant select on tenant, cluster to trimtab_ingest;
grant select, insert on agent to trimtab_ingest;
grant select, insert on batch to trimtab_ingest;
grant insert on body to trimtab_ingest;
grant select on agent_epoch to trimtab_ingest;
grant select on tenant, cluster, agent, batch, agent_epoch, agent_hour, workload, wc, hours, day_state, day_block, day_sum, forecast, rec, run, run_shard, body_set_aside to trimtab_api;
grant select, insert, update on api_key to trimtab_api;
grant select, insert on audit to trimtab_api;
grant select on tenant, cluster, agent, batch to trimtab_controller;
grant select, update on body to trimtab_controller;
grant select, insert on body_set_aside, audit to trimtab_controller;
grant select, insert, update on agent_epoch, agent_hour, workload, wc, hours, day_state, day_block, day_sum, forecast, leader_lease, leader_epoch, run, run_shard, rec to trimtab_controller;
grant delete on hours to trimtab_controller;
