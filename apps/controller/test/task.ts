import { defaultPlan } from '@trimtab/analysis';
import { encodeDaySum, encodeHour, hourOfPods, sumDay } from '@trimtab/history';
import { ContentsBuilder, KIND, type ShardTask, taskContainer } from '../src/run/shard-task.ts';
import { type UsageOf, usageOf } from './usage.ts';

/** The day as of which `makeTask` speaks. */
const AS_OF_DAY = 20_000;

/** A task of some containers with ten days each: nine as sums, the last as hours. `cores` as `usageOf` takes it. */
export function makeTask(containers = 2, of: Pick<UsageOf, 'cores'> = {}): ShardTask {
  const builder = new ContentsBuilder();
  for (let place = 0; place < containers; place += 1) {
    for (let day = AS_OF_DAY - 10; day < AS_OF_DAY; day += 1) {
      const hours = Array.from({ length: 24 }, (_, index) => {
        const { windows } = usageOf({ ...of, hour: day * 24 + index, pod: `pod-${place}` });
        return hourOfPods([{ podUid: `pod-${place}`, windows }]);
      });
      if (day < AS_OF_DAY - 1) {
        builder.add(place, KIND.daySum, day, encodeDaySum(sumDay(hours)));
        continue;
      }
      for (const [index, hour] of hours.entries()) {
        builder.add(place, KIND.hour, day * 24 + index, encodeHour(hour));
      }
    }
  }
  const rows = Array.from({ length: containers }, (_, place) =>
    taskContainer({
      wcId: 100 + place,
      tenantId: 1,
      cpuRequest: 500,
      cpuLimit: null,
      memoryRequest: 2 ** 28,
      memoryLimit: null,
    }),
  );
  return {
    plan: defaultPlan('balanced'),
    asOfDay: AS_OF_DAY,
    containers: rows,
    ...builder.finish(),
  };
}
