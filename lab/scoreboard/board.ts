import {
  isTuningSeries,
  type SeriesRecord,
  type WorstSeries,
  worstSeries,
} from '@trimtab/analysis/evaluate';
import { type PartBoard, partBoard } from './part-board.ts';
import { IDLE_BELOW } from './replay.ts';
import { type Contestant, RESOURCES, type ReplayedSet, type Resource } from './replayed-set.ts';

/** A series on which one of our presets did worst. */
export interface WorstOfPreset extends WorstSeries {
  readonly preset: string;
}

/** One resource of one set. A half without a scored day is absent. */
export interface ResourceBoard {
  readonly resource: Resource;
  readonly series: number;
  /** Series left out as idle or never scored. */
  readonly seriesLeftOut: number;
  /** The half that nothing was tuned on: the headline. */
  readonly report?: PartBoard;
  readonly tuned?: PartBoard;
  /** The worst hundredth of all series, both halves. */
  readonly worst: readonly WorstOfPreset[];
}

/** One set's scores. Resources without a scored day are absent. */
export interface SetBoard {
  readonly set: string;
  /** Whether the days are judged by the same windows the policies saw, or by the peaks inside them. */
  readonly judgedOn: 'windows' | 'peaks';
  readonly seriesRead: number;
  readonly resources: readonly ResourceBoard[];
}

/** Scores a replayed set. */
export function boardOf(
  set: string,
  replayed: ReplayedSet,
  judgedOn: SetBoard['judgedOn'] = 'windows',
): SetBoard {
  const resources = RESOURCES.map((resource) => resourceBoard(resource, replayed));
  return {
    set,
    judgedOn,
    seriesRead: replayed.records.cpu.length,
    resources: resources.filter((board) => board.series > 0),
  };
}

function resourceBoard(resource: Resource, replayed: ReplayedSet): ResourceBoard {
  const { contestants } = replayed;
  const families = replayed.families[resource];
  const all = replayed.records[resource];
  const records = all.filter(
    (record) => record.demands.length > 0 && record.meanUsage >= IDLE_BELOW[resource],
  );
  const [tuned, report] = [true, false].map((isTuned) =>
    partBoard(
      records.filter((record) => isTuningSeries(record.id) === isTuned),
      contestants,
      families,
    ),
  );
  return {
    resource,
    series: records.length,
    seriesLeftOut: all.length - records.length,
    ...(report === undefined ? {} : { report }),
    ...(tuned === undefined ? {} : { tuned }),
    worst: worstOfPresets(contestants, records),
  };
}

function worstOfPresets(
  contestants: readonly Contestant[],
  records: readonly SeriesRecord[],
): WorstOfPreset[] {
  return contestants.flatMap(({ name, kind }, place) =>
    kind === 'own' ? worstSeries(records, place).map((worst) => ({ preset: name, ...worst })) : [],
  );
}
