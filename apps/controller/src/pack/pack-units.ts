/**
 * Packs one job: hours of one cluster, in one transaction, exactly once.
 *
 * Locks, in this order, so that packers and closers cannot deadlock: the units (advisory, never waited for), the
 * closed days alone, the open days shared, the bodies, workloads and containers in the order of their keys.
 * Whatever happens before the commit leaves the bodies waiting; after it they are hours and marked as packed.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { HOURS_PER_DAY, hourOfPods } from '@trimtab/history';
import type { Database, Tx } from '@trimtab/store';
import {
  allowPauses,
  type BodyRow,
  ensureDays,
  holdDays,
  lockDays,
  lockUnits,
  markDayChanged,
  noteAgentEpochs,
  noteAgentHours,
  readDays,
  type SetAsideRow,
  setAsideBodies,
  takeBodies,
} from '@trimtab/store/pack';
import { ControllerError } from '../errors.ts';
import type { PackJob } from './due-units.ts';
import type { HourToWrite } from './hour-content.ts';
import { type ResolvedContainer, resolveContainers } from './resolve-containers.ts';
import { Unfolding } from './unfold.ts';
import { writeClosedHours } from './write-closed-hours.ts';
import { writeOpenHours } from './write-open-hours.ts';

/** What packing a job came to. */
export interface PackOutcome {
  /** Hours whose lock was had; the others are being packed elsewhere. */
  readonly hours: readonly number[];
  /** Bodies consumed, those set aside included. */
  readonly bodies: number;
  /** Container-hours written. */
  readonly containerHours: number;
  readonly setAside: readonly SetAsideRow[];
  /** Stored hours or quarters that could not be read any more. */
  readonly unreadable: number;
}

/** What packing needs beside the job. */
export interface PackOptions {
  /** Bodies a transaction; an agent's are never parted. */
  readonly maxBodies: number;
  /** Blocks of closed days before this day are gone: late hours for them are set aside. */
  readonly firstBlockDay: number;
}

const NOTHING: PackOutcome = {
  hours: [],
  bodies: 0,
  containerHours: 0,
  setAside: [],
  unreadable: 0,
};

/** Bodies decoded between two turns of the event loop: about 20 ms, so that a renewal or a health check is not held up. */
const BODIES_A_TURN = 16;
const HOURS_A_TURN = 128;

/** Longest pause between two statements: a thousand bodies take about a second here, five on a busy machine. */
const PAUSE_MS = 30_000;

/**
 * Packs a job's waiting bodies. Throws TT_CONTROLLER_DAY_CLOSED where a day was closed in the meantime: the job can be
 * tried again at once. Missing partitions have been made by the caller.
 */
export async function packUnits(
  db: Database,
  job: PackJob,
  options: PackOptions,
): Promise<PackOutcome> {
  const days = [...new Set(job.hours.map(dayOf))];
  await ensureDays(db, { tenantId: job.tenantId, clusterId: job.clusterId, days });
  return await db.transaction((tx) => packInside(tx, job, options));
}

async function packInside(tx: Tx, job: PackJob, options: PackOptions): Promise<PackOutcome> {
  await allowPauses(tx, PAUSE_MS);
  const hours = await lockUnits(tx, job);
  if (hours.length === 0) return NOTHING;
  const closedDays = await holdJobDays(tx, job.clusterId, hours);
  const bodies = await takeBodies(tx, {
    clusterId: job.clusterId,
    hours,
    limit: options.maxBodies,
  });
  if (bodies.length === 0) return { ...NOTHING, hours };
  const tooLate = tooLateBodies(bodies, closedDays, options.firstBlockDay);
  const unfolded = await unfoldAll(bodies, tooLate);
  const setAside = [...tooLate, ...unfolded.setAside];
  const toWrite = await poolHours(await resolveContainers(tx, job, unfolded.containers));
  const isClosed = (hour: HourToWrite): boolean => closedDays.has(dayOf(hour.hour));
  const open = toWrite.filter((hour) => !isClosed(hour));
  const closed = toWrite.filter(isClosed);
  const unreadable =
    (await writeOpenHours(tx, job.tenantId, open)) +
    (await writeClosedHours(tx, job.tenantId, closed));
  for (const day of new Set(closed.map(({ hour }) => dayOf(hour)))) {
    await markDayChanged(tx, { clusterId: job.clusterId, day });
  }
  await noteAgentHours(tx, job.tenantId, unfolded.agentHours);
  await noteAgentEpochs(tx, job.tenantId, unfolded.agentEpochs);
  await setAsideBodies(tx, job, setAside);
  return { hours, bodies: bodies.length, containerHours: toWrite.length, setAside, unreadable };
}

/** Locks the closed days alone and the open ones shared; returns the closed ones. */
async function holdJobDays(
  tx: Tx,
  clusterId: number,
  hours: readonly number[],
): Promise<ReadonlySet<number>> {
  const days = [...new Set(hours.map(dayOf))].sort((a, b) => a - b);
  const seen = await readDays(tx, { clusterId, days });
  const closed = seen.filter((state) => state.closed).map((state) => state.day);
  const open = days.filter((day) => !closed.includes(day));
  if (closed.length > 0) await lockDays(tx, { clusterId, days: closed });
  const held = open.length > 0 ? await holdDays(tx, { clusterId, days: open }) : [];
  const surprise = held.find((state) => state.closed);
  if (surprise !== undefined) {
    throw new ControllerError(
      'TT_CONTROLLER_DAY_CLOSED',
      `cluster ${clusterId}: day ${surprise.day} was closed while its hours were about to be packed; expected it open: try again`,
    );
  }
  return new Set(closed);
}

function tooLateBodies(
  bodies: readonly BodyRow[],
  closedDays: ReadonlySet<number>,
  firstBlockDay: number,
): SetAsideRow[] {
  return bodies
    .filter(({ hour }) => closedDays.has(dayOf(hour)) && dayOf(hour) < firstBlockDay)
    .map((body) => ({
      body,
      reason: `day ${dayOf(body.hour)} is closed and its hours are no longer kept; expected day ${firstBlockDay} or later`,
    }));
}

async function unfoldAll(bodies: readonly BodyRow[], tooLate: readonly SetAsideRow[]) {
  const isTooLate = new Set(tooLate.map(({ body }) => body));
  const unfolding = new Unfolding();
  // PostgreSQL returns rows as it finds them; in this order the same bodies give the same bytes.
  const ordered = [...bodies].sort(byBatch);
  for (const [index, body] of ordered.entries()) {
    if (!isTooLate.has(body)) unfolding.add(body);
    if (index % BODIES_A_TURN === BODIES_A_TURN - 1) await nextTurn();
  }
  return unfolding.result();
}

function byBatch(a: BodyRow, b: BodyRow): number {
  if (a.agentId !== b.agentId) return a.agentId - b.agentId;
  if (a.epoch !== b.epoch) return a.epoch < b.epoch ? -1 : 1;
  if (a.seq !== b.seq) return a.seq < b.seq ? -1 : 1;
  return a.hour - b.hour;
}

function dayOf(hour: number): number {
  return Math.floor(hour / HOURS_PER_DAY);
}

/** Pooling is the costly half of packing: it too lets the event loop turn. */
async function poolHours(resolved: readonly ResolvedContainer[]): Promise<HourToWrite[]> {
  const hours: HourToWrite[] = [];
  for (const { row, seen } of resolved) {
    for (const { hour, pods } of seen.hours) {
      hours.push({ shard: row.shard, wcId: row.wcId, hour, content: hourOfPods(pods) });
      if (hours.length % HOURS_A_TURN === 0) await nextTurn();
    }
  }
  return hours;
}
