import { int4Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';

/**
 * Takes the packer's lock on each of a cluster's hours that no other packer holds; returns the hours obtained.
 * Held to the end of the transaction. Never waits, so replicas share the work and cannot block one another.
 */
export async function lockUnits(
  tx: Tx,
  units: { readonly clusterId: number; readonly hours: readonly number[] },
): Promise<number[]> {
  const rows = await tx.query<{ readonly hour: number }>(
    `select hour from unnest($2::int4[]) as t(hour)
     where pg_try_advisory_xact_lock($1::int4, hour) order by hour`,
    [units.clusterId, int4Array(units.hours)],
  );
  return rows.map((row) => row.hour);
}
