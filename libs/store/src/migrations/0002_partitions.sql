-- Making and dropping partitions. An older version may run beside this one.
--
-- The tables belong to the migrating user, and only an owner may add or drop partitions. So the
-- controller does it through these functions, which run with the owner's rights, take a table's name
-- from a fixed list only, and build every name from numbers. Nobody holds a right on a partition
-- itself: reached directly, it would answer without its parent's row-level security.

-- The partition of `parent` that holds `key`: its name and its bounds in the unit of the parent's
-- column. A key is an hour for body, else a day; days from 2000 to 2099, hours likewise.
create function partition_of(parent text, key int4, out name text, out low int4, out high int4)
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  day int4 := case when parent = 'body' then key / 24 else key end;
  month date;
begin
  if day is null or day not between 10957 and 47481 then
    raise exception 'partition of % for key %: expected a day from 2000 to 2099', parent, key
      using errcode = 'TT001';
  end if;
  case
    when parent = 'body' then
      name := 'body_h_' || key; low := key; high := key + 1;
    when parent = 'batch' then
      name := 'batch_d_' || key; low := key; high := key + 1;
    when parent in ('hours', 'agent_hour') then
      name := parent || '_d_' || key; low := key * 24; high := low + 24;
    when parent = 'day_block' then
      name := 'day_block_d_' || key; low := key * 4; high := low + 4;
    when parent in ('day_sum', 'forecast') then
      month := date_trunc('month', date '1970-01-01' + key);
      name := parent || '_m_' || to_char(month, 'YYYYMM');
      low := month - date '1970-01-01';
      high := (month + interval '1 month')::date - date '1970-01-01';
    else
      raise exception 'partition of %: no such partitioned table', parent using errcode = 'TT001';
  end case;
end $$;

-- Whether a table of that name is there, read from the catalogue itself: to_regclass may answer from a
-- cache that has not heard yet of what another session committed a moment ago.
create function partition_exists(name text) returns boolean
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_class where relname = name and relnamespace = 'public'::regnamespace)
$$;

-- Makes what is missing of the partitions of `parent` for `keys`; answers how many were made. Racing
-- makers wait for each other. Attaching a table made apart leaves readers and writers of the parent
-- alone; `create table ... partition of` would lock them out.
create function make_partitions(parent text, keys int4[]) returns int4
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  part record;
  made int4 := 0;
begin
  for part in
    select distinct p.name, p.low, p.high from unnest(keys) key, public.partition_of(parent, key) p
    where not public.partition_exists(p.name) order by p.low
  loop
    perform pg_advisory_xact_lock(x'747469'::int4, hashtext('partitions'));
    continue when public.partition_exists(part.name);
    execute format('create table public.%I (like public.%I including all)', part.name, parent);
    execute format('alter table public.%I enable row level security', part.name);
    execute format('revoke all on public.%I from public, trimtab_ingest, trimtab_api, trimtab_controller', part.name);
    execute format('alter table public.%I attach partition public.%I for values from (%s) to (%s)',
      parent, part.name, part.low, part.high);
    made := made + 1;
  end loop;
  return made;
end $$;

-- The partitions of `parent` whose every key is below `before` (in the unit of the parent's column),
-- oldest first, each with one key that names it to the other functions.
create function partitions_before(parent text, before int4) returns table (name text, key int4)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with child as (
    select c.relname::text as name, (regexp_match(c.relname, '_([dhm])_(\d+)$')) as part
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = to_regclass('public.' || quote_ident(parent))
  ), keyed as (
    select child.name, case part[1]
      when 'm' then to_date(part[2], 'YYYYMM') - date '1970-01-01' else part[2]::int4 end as key
    from child where part is not null
  )
  select keyed.name, keyed.key from keyed, public.partition_of(parent, keyed.key) p
  where p.high <= before order by keyed.key
$$;

-- Drops the partition of `parent` for `key`: 'dropped', 'absent', 'busy' (a reader or writer held the
-- parent for 250 ms: others must not queue behind us for longer) or 'kept' (see partition_is_needed).
-- One a transaction: detaching locks the parent until the commit.
create function drop_partition(parent text, key int4) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '250ms' as $$
declare
  part record;
begin
  select * into part from public.partition_of(parent, key);
  if not public.partition_exists(part.name) then return 'absent'; end if;
  if public.partition_is_needed(parent, part.name, key) then return 'kept'; end if;
  execute format('alter table public.%I detach partition public.%I', parent, part.name);
  -- Again, now that nobody can add to it any more.
  if public.partition_is_needed(parent, part.name, key) then
    raise exception 'partition % was written to while it was being dropped', part.name using errcode = 'TT002';
  end if;
  execute format('drop table public.%I', part.name);
  return 'dropped';
exception
  when lock_not_available then return 'busy';
  when undefined_table then return 'absent';  -- another one dropped it between two of our steps
  when sqlstate 'TT002' then return 'kept';
end $$;

-- Whether a partition is needed, whatever its age by the caller's clock: bodies that are not packed and
-- hours of days that are not closed exist nowhere else; a batch younger than eight days by this
-- server's clock is what a repeat is told by.
create function partition_is_needed(parent text, name text, key int4) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  needed boolean := false;
begin
  if parent = 'batch' then
    needed := key >= (now() at time zone 'utc')::date - date '1970-01-01' - 8;
  elsif parent = 'body' then
    execute format('select exists (select from public.%I where not packed)', name) into needed;
  elsif parent = 'hours' then
    execute format('select exists (
        select from public.%I h
        join public.wc using (wc_id) join public.workload w using (workload_id)
        left join public.day_state s on s.cluster_id = w.cluster_id and s.day = $1
        where s.closed is not true)', name) into needed using key;
  end if;
  return needed;
end $$;

revoke execute on function partition_of(text, int4), partition_exists(text), make_partitions(text, int4[]), partitions_before(text, int4),
  drop_partition(text, int4), partition_is_needed(text, text, int4) from public;
grant execute on function make_partitions(text, int4[]), partitions_before(text, int4), drop_partition(text, int4)
  to trimtab_controller;
