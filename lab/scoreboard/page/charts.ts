import type { SetBoard } from '../board.ts';
import { curveChart, type ReliabilityPoint, reliabilityChart } from '../draw/index.ts';
import { honestRange, honestVerdict } from '../goals.ts';
import { RESOURCES, type Resource } from '../replayed-set.ts';
import { count } from './format.ts';
import { chartName } from './set-section.ts';
import { RESOURCE_NAMES } from './summary.ts';

/** Sets with fewer scored days say nothing about a risk and stand in the table only. */
const DAYS_SHOWN = 100;

/** The charts of the sets, one a resource: file name and SVG text. */
export function setCharts(sets: readonly SetBoard[]): Map<string, string> {
  return new Map(sets.flatMap(curveCharts));
}

/** The charts of stated risk over all sets, one a resource: file name and SVG text. */
export function riskCharts(sets: readonly SetBoard[]): Map<string, string> {
  const reliability = RESOURCES.map((resource): [string, string] => [
    `stated-risk-${resource}.svg`,
    reliabilityChart({
      title: `Stated risk and what came of it: ${RESOURCE_NAMES[resource]}`,
      subtitle: `report half; sets with at least ${DAYS_SHOWN} scored days`,
      points: reliabilityPoints(sets, resource),
      rangeOf: honestRange,
    }),
  ]);
  return new Map(reliability);
}

function curveCharts({ set, resources }: SetBoard): [string, string][] {
  return resources.flatMap(({ resource, report, tuned }): [string, string][] => {
    const part = report ?? tuned;
    if (part === undefined) return [];
    const half = report === undefined ? 'tuned half' : 'report half';
    const chart = curveChart({
      title: `${set}: ${RESOURCE_NAMES[resource]}`,
      subtitle: `${half}, ${count(part.series)} series, ${count(part.days)} container-days`,
      curves: part.curves,
      scores: part.scores,
    });
    return [[chartName(set, resource), chart]];
  });
}

function reliabilityPoints(sets: readonly SetBoard[], wanted: Resource): ReliabilityPoint[] {
  return sets.flatMap(({ set, judgedOn, resources }) => {
    if (judgedOn === 'peaks') return [];
    const report = resources.find(({ resource }) => resource === wanted)?.report;
    const points = report?.calibration ?? [];
    return points
      .filter((point) => point.days >= DAYS_SHOWN)
      .map((point) => ({
        set,
        stated: point.stated,
        realised: point.realised,
        isTelling: honestVerdict(point) !== 'too few',
      }));
  });
}
