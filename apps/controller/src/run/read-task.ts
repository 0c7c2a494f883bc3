import type { Database } from '@trimtab/store';
import {
  copyDaySums,
  copyOpenHours,
  type DatedContent,
  readShardContainers,
  type ShardSpan,
} from '@trimtab/store/run';
import type { StoredPlan } from '../plan/index.ts';
import { ContentsBuilder, KIND, type ShardTask, taskContainer } from './shard-task.ts';

/** Which shard to read, as of when. */
export interface TaskQuestion {
  readonly shard: number;
  /** The first day not used. */
  readonly asOfDay: number;
  readonly plan: StoredPlan;
}

/** Reads a shard in one snapshot: sums of closed days, hours of open ones. A day that closes meanwhile is read as open. */
export async function readTask(db: Database, question: TaskQuestion): Promise<ShardTask> {
  const { shard, asOfDay, plan } = question;
  const span: ShardSpan = { shard, fromDay: asOfDay - plan.historyDays, toDay: asOfDay };
  return await db.transaction(
    async (tx) => {
      const rows = await readShardContainers(tx, span);
      const places = new Map(rows.map((row, place) => [row.wcId, place]));
      const builder = new ContentsBuilder();
      await gather(copyDaySums(tx, span), KIND.daySum, places, builder);
      await gather(copyOpenHours(tx, span), KIND.hour, places, builder);
      const containers = rows.map(taskContainer);
      return { plan: plan.analysis, asOfDay, containers, ...builder.finish() };
    },
    { isolation: 'repeatable read' },
  );
}

async function gather(
  contents: AsyncIterable<DatedContent>,
  kind: number,
  places: ReadonlyMap<number, number>,
  builder: ContentsBuilder,
): Promise<void> {
  for await (const { wcId, at, content } of contents) {
    const place = places.get(wcId);
    if (place !== undefined) builder.add(place, kind, at, content);
  }
}
