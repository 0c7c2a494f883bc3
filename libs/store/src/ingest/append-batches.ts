import type { Database, Tx } from '../connect/index.ts';
import { StoreError } from '../errors.ts';
import { insertFresh } from './insert-fresh.ts';
import { isDayKept } from './is-day-kept.ts';
import { byBatchKey } from './key-order.ts';
import { isPartitionMissing } from './partition-missing.ts';
import { batchKey, type Push, type PushOutcome } from './push.ts';
import { readDigests } from './read-digests.ts';
import { readWatermarks } from './read-watermarks.ts';

/**
 * Appends a group of pushes in one transaction and tells, in their order, what became of each. When it
 * returns, everything it calls stored is committed; when it throws, nothing of the group is known to be.
 *
 * The same key may come twice in a group: the first one counts, the other is compared with it.
 * A batch row lives eight days. Where the partition of a sealed day is gone, the watermark of the epoch tells
 * a duplicate from a batch that comes too late; the days of a mixed group are then appended apart. A partition of
 * a younger day is not made yet (no controller has run): that throws, for the push to be repeated.
 */
export async function appendBatches(db: Database, pushes: readonly Push[]): Promise<PushOutcome[]> {
  if (pushes.length === 0) return [];
  try {
    return await appendGroup(db, pushes);
  } catch (error) {
    if (!isPartitionMissing(error, 'batch')) throw error;
    const [day, ...others] = new Set(pushes.map((push) => push.identity.sealedDay));
    if (day === undefined || others.length > 0) return await appendByDay(db, pushes);
    if (await isDayKept(db, day)) throw error;
    return await judgeOld(db, pushes);
  }
}

async function appendByDay(db: Database, pushes: readonly Push[]): Promise<PushOutcome[]> {
  const outcomes = new Map<Push, PushOutcome>();
  for (const group of Map.groupBy(pushes, (push) => push.identity.sealedDay).values()) {
    const answers = await appendBatches(db, group);
    for (const [index, outcome] of answers.entries()) {
      const push = group[index];
      if (push !== undefined) outcomes.set(push, outcome);
    }
  }
  return pushes.map((push) => outcomes.get(push) ?? vanished(push));
}

async function appendGroup(db: Database, pushes: readonly Push[]): Promise<PushOutcome[]> {
  const first = new Map<string, Push>();
  for (const push of pushes) {
    if (!first.has(batchKey(push))) first.set(batchKey(push), push);
  }
  const unique = [...first.values()].sort(byBatchKey);
  const settled = await db.transaction((tx) => appendUnique(tx, unique), {
    tenants: tenantsOf(unique),
  });
  return pushes.map((push) => {
    const kept = settled.get(batchKey(push)) ?? vanished(push);
    if (first.get(batchKey(push)) === push) return kept.outcome;
    return compare(push, kept.digest, kept.rejected);
  });
}

/** What the table holds under one key, and how that came about. */
interface Settled {
  readonly outcome: PushOutcome;
  readonly digest: Uint8Array;
  readonly rejected: number;
}

async function appendUnique(tx: Tx, unique: readonly Push[]): Promise<Map<string, Settled>> {
  const settled = new Map<string, Settled>();
  for (const { position } of await insertFresh(tx, unique)) {
    const push = unique[position];
    if (push === undefined) continue;
    const { digest, rejected } = push;
    settled.set(batchKey(push), { outcome: { kind: 'stored' }, digest, rejected });
  }
  const rest = unique.filter((push) => !settled.has(batchKey(push)));
  if (rest.length === 0) return settled;
  for (const { position, digest, rejected } of await readDigests(tx, rest)) {
    const push = rest[position];
    if (push === undefined) continue;
    const outcome = compare(push, digest, rejected);
    settled.set(batchKey(push), { outcome, digest, rejected });
  }
  return settled;
}

function compare(push: Push, digest: Uint8Array, rejected: number): PushOutcome {
  const same = Buffer.compare(push.digest, digest) === 0;
  return same ? { kind: 'duplicate', rejected } : { kind: 'conflict' };
}

async function judgeOld(db: Database, pushes: readonly Push[]): Promise<PushOutcome[]> {
  const packed = await db.transaction((tx) => readWatermarks(tx, pushes), {
    tenants: tenantsOf(pushes),
  });
  const known = new Set(packed.map((row) => row.position));
  return pushes.map((_, index) =>
    known.has(index) ? { kind: 'duplicate', rejected: undefined } : { kind: 'too-old' },
  );
}

function tenantsOf(pushes: readonly Push[]): number[] {
  return [...new Set(pushes.map((push) => push.tenantId))];
}

function vanished(push: Push): never {
  throw new StoreError(
    'TT_STORE_BATCH_VANISHED',
    `batch ${batchKey(push)}: neither inserted nor found; expected one of the two: its partition was dropped in between, so repeat the push`,
  );
}
