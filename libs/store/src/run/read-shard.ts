import type { Tx } from '../connect/index.ts';
import { type CopyField, readCopyRows } from './copy-binary.ts';

/** What to read of one shard. */
export interface ShardSpan {
  readonly shard: number;
  /** First day. */
  readonly fromDay: number;
  /** First day not read any more. */
  readonly toDay: number;
}

/** A workload container with its sizes in force; null where the pod asks for nothing or nothing was told. */
export interface ShardContainer {
  readonly wcId: number;
  readonly tenantId: number;
  /** Millicores. */
  readonly cpuRequest: number | null;
  readonly cpuLimit: number | null;
  /** Bytes. */
  readonly memoryRequest: number | null;
  readonly memoryLimit: number | null;
}

/** A day's sum or an hour's content, opaque here. */
export interface DatedContent {
  readonly wcId: number;
  /** Epoch day of a sum, epoch hour of an hour. */
  readonly at: number;
  readonly content: Uint8Array;
}

/** Lists the workload containers of a shard first seen before the span's end, by id. */
export async function readShardContainers(tx: Tx, span: ShardSpan): Promise<ShardContainer[]> {
  return await tx.query<ShardContainer>(
    `select wc_id as "wcId", tenant_id as "tenantId", cpu_request_m as "cpuRequest", cpu_limit_m as "cpuLimit",
            memory_request as "memoryRequest", memory_limit as "memoryLimit"
     from wc where shard = $1 and first_hour < $2::int4 * 24 order by wc_id`,
    [span.shard, span.toDay],
  );
}

/** Streams the sums of closed days of a shard, by container and day. */
export function copyDaySums(tx: Tx, span: ShardSpan): AsyncIterable<DatedContent> {
  const { shard, fromDay, toDay } = checked(span);
  return dated(
    tx.copyOut(
      `copy (select wc_id, day, content from day_sum
        where shard = ${shard} and day >= ${fromDay} and day < ${toDay}
        order by wc_id, day) to stdout (format binary)`,
    ),
  );
}

/**
 * Streams the hours of open days of a shard, by container and hour. A closed day's hours may still lie there until
 * their partition is dropped; they are left out, since the day's sum already stands for them.
 */
export function copyOpenHours(tx: Tx, span: ShardSpan): AsyncIterable<DatedContent> {
  const { shard, fromDay, toDay } = checked(span);
  return dated(
    tx.copyOut(
      `copy (select h.wc_id, h.hour, h.content
        from hours h
        join wc c on c.wc_id = h.wc_id
        join workload w on w.workload_id = c.workload_id
        join day_state d on d.cluster_id = w.cluster_id and d.day = h.hour / 24 and not d.closed
        where h.shard = ${shard} and h.hour >= ${fromDay * 24} and h.hour < ${toDay * 24}
        order by h.wc_id, h.hour) to stdout (format binary)`,
    ),
  );
}

/** COPY takes no parameters, so the numbers stand in its text: nothing but integers may get there. */
function checked(span: ShardSpan): ShardSpan {
  for (const [name, value] of Object.entries(span)) {
    if (Number.isSafeInteger(value)) continue;
    throw new RangeError(`shard span: found ${name} ${String(value)}; expected an integer`);
  }
  return span;
}

async function* dated(chunks: AsyncIterable<Buffer>): AsyncIterable<DatedContent> {
  for await (const [wcId, at, content] of readCopyRows(chunks)) {
    yield {
      wcId: Number(present(wcId).readBigInt64BE()),
      at: present(at).readInt32BE(),
      content: present(content),
    };
  }
}

function present(field: CopyField | undefined): Buffer {
  if (field === null || field === undefined) {
    throw new RangeError('copy: found a row with a field missing; expected id, date and content');
  }
  return field;
}
