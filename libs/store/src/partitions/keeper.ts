/**
 * Keeps the partitions that writers need in place and drops those that nothing needs any more. There
 * are no default partitions: a row that belongs nowhere is refused, not hidden.
 *
 * | table | one partition a | made ahead (from now) | dropped |
 * |---|---|---|---|
 * | batch | day of sealing | -8 .. +7 days | after 8 days |
 * | body | hour of receipt | -2 .. +26 hours | after 2 hours, when all of it is packed |
 * | hours | day | -reachBack .. +ahead days | after 2 days, when every cluster has closed the day |
 * | agent_hour | day | the same | after 15 days |
 * | day_block | day | the same | after 14 days |
 * | day_sum, forecast | calendar month | the months of these days | after 400 days |
 */
import type { Tx } from '../connect/index.ts';

/** Anything that runs a statement: a `Database` or a `Tx`. */
export type Queryable = Pick<Tx, 'query'>;

/** Which partitions to have. All times are UTC. */
export interface PartitionsAhead {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Days ahead for the tables of usage. Default 2. */
  readonly aheadDays?: number;
  /** Days back for the tables of usage; imports make their own. Default 2. */
  readonly reachBackDays?: number;
  /** Hours ahead for bodies: how long ingest lives on without a controller. Default 26. */
  readonly aheadHours?: number;
}

/** What to drop. Days are counted from the end of a partition to `now`. */
export interface Retention {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long a batch is told from its repeat. Default 8 days, and never fewer. */
  readonly batchDays?: number;
  /** Default 2 hours. */
  readonly bodyHours?: number;
  /** Default 2 days. */
  readonly hoursDays?: number;
  /** Default 15 days. */
  readonly agentHourDays?: number;
  /** Default 14 days. */
  readonly dayBlockDays?: number;
  /** Day sums and forecasts. Default 400 days. */
  readonly daySumDays?: number;
}

/** What `dropExpiredPartitions` did, partition by partition. */
export interface DroppedPartitions {
  readonly dropped: readonly string[];
  /** Old enough, but with rows that nobody has taken over yet: worth an alarm when it stays so. */
  readonly kept: readonly string[];
  /** In use; the next call tries again. */
  readonly busy: readonly string[];
}

const HOUR_MS = 3_600_000;
const HOURS_PER_DAY = 24;
const QUARTERS_PER_DAY = 4;
const BATCH_BACK_DAYS = 8;
const BATCH_AHEAD_DAYS = 7;
const BODY_BACK_HOURS = 2;
const DEFAULT_AHEAD_HOURS = 26;
const DEFAULT_AROUND_DAYS = 2;

/**
 * The database's own clock, milliseconds since 1970. Partitions are kept by it: bodies are placed by it, and a process
 * whose clock is wrong must not drop what is not old.
 */
export async function readClock(db: Queryable): Promise<number> {
  const [row] = await db.query<{ now: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now',
  );
  return row?.now ?? Number.NaN;
}

/**
 * Makes every partition that writers around `now` need; needs the role trimtab_controller. Answers
 * how many were missing. Cheap when none are; call it every few minutes.
 */
export async function ensurePartitions(db: Queryable, ahead: PartitionsAhead): Promise<number> {
  const hour = Math.floor(ahead.now / HOUR_MS);
  const day = Math.floor(hour / HOURS_PER_DAY);
  const aheadDays = ahead.aheadDays ?? DEFAULT_AROUND_DAYS;
  const days = range(day - (ahead.reachBackDays ?? DEFAULT_AROUND_DAYS), day + aheadDays);
  const bodies = range(hour - BODY_BACK_HOURS, hour + (ahead.aheadHours ?? DEFAULT_AHEAD_HOURS));
  return (
    (await make(db, 'batch', range(day - BATCH_BACK_DAYS, day + BATCH_AHEAD_DAYS))) +
    (await make(db, 'body', bodies)) +
    (await ensureDayPartitions(db, days))
  );
}

/**
 * Makes the partitions of usage for the days in which `hours` (since 1970) lie: for a packer whose
 * import reaches back. Best called in a transaction of its own, since other makers wait for its end.
 */
export function ensureHourPartitions(db: Queryable, hours: readonly number[]): Promise<number> {
  return ensureDayPartitions(
    db,
    hours.map((hour) => Math.floor(hour / HOURS_PER_DAY)),
  );
}

/** As `ensureHourPartitions`, for days since 1970. Days from 2000 to 2099, else SQLSTATE TT001. */
export async function ensureDayPartitions(db: Queryable, days: readonly number[]): Promise<number> {
  let made = 0;
  for (const parent of DAY_TABLES) made += await make(db, parent, days);
  return made;
}

/**
 * Drops what has served its time, each partition in a transaction of its own and never waiting for a
 * lock longer than 250 ms, so that ingest does not queue behind it. Needs the role trimtab_controller
 * and a `Database`, not a transaction.
 */
export async function dropExpiredPartitions(
  db: Queryable,
  retention: Retention,
): Promise<DroppedPartitions> {
  const found = { dropped: [] as string[], kept: [] as string[], busy: [] as string[] };
  for (const [parent, before] of limits(retention)) {
    const old = await db.query<{ name: string; key: number }>(
      'select name, key from partitions_before($1, $2)',
      [parent, before],
    );
    for (const { name, key } of old) {
      const [row] = await db.query<{ outcome: string }>(
        'select drop_partition($1, $2) as outcome',
        [parent, key],
      );
      const outcome = row?.outcome;
      if (outcome === 'dropped' || outcome === 'kept' || outcome === 'busy') {
        found[outcome].push(name);
      }
    }
  }
  return found;
}

const DAY_TABLES = ['hours', 'agent_hour', 'day_block', 'day_sum', 'forecast'];

/** For each table the first key that must stay, in the unit of its own column. */
function limits(retention: Retention): [parent: string, before: number][] {
  const hour = Math.floor(retention.now / HOUR_MS);
  const day = Math.floor(hour / HOURS_PER_DAY);
  const sums = day - (retention.daySumDays ?? 400);
  return [
    ['batch', day - (retention.batchDays ?? 8)],
    ['body', hour - (retention.bodyHours ?? 2)],
    ['hours', (day - (retention.hoursDays ?? 2)) * HOURS_PER_DAY],
    ['agent_hour', (day - (retention.agentHourDays ?? 15)) * HOURS_PER_DAY],
    ['day_block', (day - (retention.dayBlockDays ?? 14)) * QUARTERS_PER_DAY],
    ['day_sum', sums],
    ['forecast', sums],
  ];
}

async function make(db: Queryable, parent: string, keys: readonly number[]): Promise<number> {
  const [row] = await db.query<{ made: number }>('select make_partitions($1, $2::int4[]) as made', [
    parent,
    [...new Set(keys)],
  ]);
  return row?.made ?? 0;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
