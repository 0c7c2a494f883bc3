import { encodeHour } from '@trimtab/history';
import type { Tx } from '@trimtab/store';
import { type HourRow, insertHours, readHours, replaceHours } from '@trimtab/store/pack';
import { type HourToWrite, mergeStored } from './hour-content.ts';

/**
 * Writes hours of open days: inserts those that are new, merges the others with what is stored. Returns how many
 * stored hours could not be read and were replaced. The caller holds the units' locks and the days in share mode.
 */
export async function writeOpenHours(
  tx: Tx,
  tenantId: number,
  hours: readonly HourToWrite[],
): Promise<number> {
  if (hours.length === 0) return 0;
  const inserted = await insertHours(tx, tenantId, hours.map(rowOf));
  if (inserted.length === hours.length) return 0;
  const isInserted = new Set(inserted.map(({ wcId, hour }) => `${wcId}/${hour}`));
  const known = hours.filter(({ wcId, hour }) => !isInserted.has(`${wcId}/${hour}`));
  return await mergeIntoStored(tx, known);
}

async function mergeIntoStored(tx: Tx, hours: readonly HourToWrite[]): Promise<number> {
  const stored = await readHours(tx, hours);
  const byKey = new Map(stored.map((row) => [`${row.wcId}/${row.hour}`, row.content]));
  let unreadable = 0;
  const merged = hours.map((added) => {
    const content = byKey.get(`${added.wcId}/${added.hour}`);
    if (content === undefined) return rowOf(added);
    const result = mergeStored(content, added.content);
    if (result.wasUnreadable) unreadable += 1;
    return rowOf({ ...added, content: result.content });
  });
  await replaceHours(tx, merged);
  return unreadable;
}

function rowOf({ shard, wcId, hour, content }: HourToWrite): HourRow {
  return { shard, wcId, hour, covered: content.coveredSeconds, content: encodeHour(content) };
}
