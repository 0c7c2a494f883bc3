import type { SetBoard } from '../board.ts';
import {
  envelopeGoal,
  envelopeVerdict,
  footprintGoal,
  footprintVerdict,
  honestRange,
  honestVerdict,
  overVerdict,
  type Verdict,
} from '../goals.ts';
import type { PartBoard } from '../part-board.ts';
import type { Resource } from '../replayed-set.ts';
import { count, fixed, percent, percentInterval, ratio, table, verdictText } from './format.ts';

/** The short names of resources in tables. */
export const RESOURCE_NAMES: Readonly<Record<Resource, string>> = { cpu: 'CPU', memory: 'memory' };

/** Against the envelope: the headline table, and how many goals hold. */
export function envelopeTable(sets: readonly SetBoard[]): string {
  const rows = reports(sets).flatMap(({ set, resource, part }) =>
    part.againstEnvelope.flatMap((against) => {
      const scores = part.scores.find((one) => one.name === against.name);
      if (scores === undefined) return [];
      const goal = envelopeGoal(set, resource);
      const verdict = envelopeVerdict(goal, against, scores);
      return [
        rowOf(part, verdict, [
          set,
          RESOURCE_NAMES[resource],
          against.name,
          percent(scores.miss.value),
          fixed(scores.xoracle.value, 3),
          `${fixed(against.point.xoracle, 3)} (${against.point.peer})`,
          ratio(against.ratio),
          goal === undefined ? '–' : `≤ ${fixed(goal, 2)}`,
          verdictText(verdict),
          `${percent(scores.over)} / ${percent(against.peerOver)}`,
          verdictText(overVerdict(against, scores)),
        ]),
      ];
    }),
  );
  const columns = [
    'set',
    'resource',
    'preset',
    '>miss',
    '>xoracle',
    '>envelope there',
    '>ratio (90 % interval)',
    '>goal',
    'verdict',
    '>over / peer',
    'spread',
  ];
  return tables(columns, rows);
}

/** At the own miss rate of each peer with its defaults. */
export function peersTable(sets: readonly SetBoard[]): string {
  const rows = reports(sets).flatMap(({ set, resource, part }) =>
    part.againstPeers.map((against) => {
      const goal = footprintGoal(against.peer, resource);
      const verdict = footprintVerdict(goal, against);
      return rowOf(part, verdict, [
        set,
        RESOURCE_NAMES[resource],
        against.peer,
        percent(against.miss),
        `${against.preset} × ${fixed(against.margin, 2)}`,
        ratio(against.chargedFootprint),
        goal === undefined ? '–' : `≤ ${fixed(goal, 2)}`,
        verdictText(verdict),
        ratio(against.xoracle),
      ]);
    }),
  );
  const columns = [
    'set',
    'resource',
    'peer',
    '>its miss',
    'ours',
    '>charged footprint, ours / its',
    '>goal',
    'verdict',
    '>xoracle, ours / its',
  ];
  return tables(columns, rows);
}

/** What was stated and what came. */
export function calibrationTable(sets: readonly SetBoard[]): string {
  const rows = reports(sets).flatMap(({ set, resource, part }) =>
    part.calibration.map((point) => {
      const range = honestRange(point.stated);
      const verdict = honestVerdict(point);
      return rowOf(part, verdict, [
        set,
        RESOURCE_NAMES[resource],
        percent(point.stated),
        count(point.days),
        percentInterval(point.realised),
        range === undefined ? '–' : `${percent(range.low)} to ${percent(range.high)}`,
        verdictText(verdict),
      ]);
    }),
  );
  const columns = [
    'set',
    'resource',
    '>stated',
    '>days',
    '>missed (90 % interval)',
    '>honest',
    'verdict',
  ];
  return tables(columns, rows);
}

interface Report {
  readonly set: string;
  readonly resource: Resource;
  readonly part: PartBoard;
}

/** Below this many scored days a resource of a set stands in the folded table. */
const DAYS_OF_WEIGHT = 500;

interface Row {
  readonly hasWeight: boolean;
  readonly verdict: Verdict;
  readonly cells: readonly string[];
}

function rowOf(part: PartBoard, verdict: Verdict, cells: readonly string[]): Row {
  return { hasWeight: part.days >= DAYS_OF_WEIGHT, verdict, cells };
}

/** The rows of the sets with weight, and the others folded away below. */
function tables(columns: readonly string[], rows: readonly Row[]): string {
  const cellsOf = (hasWeight: boolean): (readonly string[])[] =>
    rows.filter((row) => row.hasWeight === hasWeight).map((row) => row.cells);
  const small = cellsOf(false);
  return [
    tally(rows.map((row) => row.verdict)),
    table(columns, cellsOf(true)),
    ...(small.length === 0
      ? []
      : [
          `<details><summary>Sets with fewer than ${DAYS_OF_WEIGHT} scored days</summary>`,
          table(columns, small),
          '</details>',
        ]),
  ].join('\n\n');
}

/** The report halves that goals are held against. */
function reports(sets: readonly SetBoard[]): Report[] {
  return sets.flatMap(({ set, judgedOn, resources }) =>
    resources.flatMap(({ resource, report }) =>
      report === undefined || judgedOn === 'peaks' ? [] : [{ set, resource, part: report }],
    ),
  );
}

function tally(verdicts: readonly Verdict[]): string {
  const of = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  return (
    `${of('holds')} of the ${of('holds') + of('missed')} goals that these recordings can tell hold; ` +
    `${of('too few')} they cannot tell, ${of('none')} rows have no goal.`
  );
}
