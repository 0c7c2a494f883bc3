import type { DaySum } from '@trimtab/history';
import type { ForecastRow } from '@trimtab/store/pack';
import { millicores, millicoresToCores } from '@trimtab/units';

/** How a day's forecast did, by the rules of the evaluation protocol. Parts are absent where nothing was named or measured. */
export interface DayScore {
  readonly cpu?: {
    /** Whether the 5-minute means were above the forecast in more than a twentieth of the windows. */
    readonly missed: boolean;
    /** Share of the windows above the forecast, 0 to 1. */
    readonly shareAbove: number;
  };
  readonly memory?: {
    /** Whether any sample was above the forecast: the kernel would have killed. */
    readonly missed: boolean;
    /** Highest sample over the forecast. */
    readonly peakOverForecast: number;
  };
}

const MOST_SHARE_ABOVE = 0.05;

/** Scores what was forecast for a day against what the day became. */
export function scoreForecast(forecast: ForecastRow, day: DaySum): DayScore {
  const cpu = scoreCpu(forecast.cpuM, day);
  const memory = scoreMemory(forecast.memory, day);
  return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
}

function scoreCpu(cpuM: number | null, { cpuMeans }: DaySum): DayScore['cpu'] {
  if (cpuM === null || cpuMeans === undefined || cpuMeans.count === 0) return undefined;
  const above = cpuMeans.countAbove(millicoresToCores(millicores(cpuM)));
  const shareAbove = above / cpuMeans.count;
  return { missed: shareAbove > MOST_SHARE_ABOVE, shareAbove };
}

function scoreMemory(memory: number | null, { memoryMax }: DaySum): DayScore['memory'] {
  if (memory === null || memory === 0 || memoryMax === undefined) return undefined;
  return { missed: memoryMax > memory, peakOverForecast: memoryMax / memory };
}
