import type { Preset } from '@trimtab/analysis';
import type {
  EnvelopePoint,
  EvaluationReport,
  Interval,
  ResourceReport,
  Scores,
} from '@trimtab/analysis/evaluate';
import { formatTable } from '../show/table.ts';

/** The outcome of one trace file. */
export interface SetReport extends EvaluationReport {
  readonly set: string;
  readonly path: string;
  readonly series: number;
  readonly rows: number;
}

const GIBIBYTE = 2 ** 30;

const COLUMNS = [
  { title: 'policy' },
  { title: 'miss', align: 'right' },
  { title: 'xoracle', align: 'right' },
  { title: '90 % interval', align: 'right' },
  { title: 'footprint', align: 'right' },
  { title: 'over', align: 'right' },
  { title: 'slack', align: 'right' },
  { title: 'median', align: 'right' },
  { title: 'min/day', align: 'right' },
  { title: 'short', align: 'right' },
  { title: 'changes/wk', align: 'right' },
  { title: 'down/wk', align: 'right' },
] as const;

const LEGEND = [
  'miss: days with more than 5 % of the 5-minute windows (CPU) or any (memory) above the request.',
  'xoracle: cost against a clairvoyant that names each day exactly, a missed day charged what it needed.',
  'footprint: request / usage.  over: series missing far more often than the rest.',
  'slack: (request - P95 of the day) / request.  min/day: minutes above the request per container-day.',
  'short: core-hours or GiB-hours above the request.  Peers stand without their floors.',
];

/** The report as a JSON document. Figures that do not exist are null. */
export function backtestJson(policy: Preset, sets: readonly SetReport[]): string {
  return JSON.stringify({ policy, sets }, null, 2);
}

/** The report as text: one table a set and resource, then the envelope. */
export function backtestText(policy: Preset, sets: readonly SetReport[]): string {
  const parts = sets.flatMap((set) => [
    `${set.set}: ${set.series} series, ${count(set.rows)} rows, policy ${policy}`,
    '',
    ...resourceText('CPU', set.cpu, 1),
    ...resourceText('Memory', set.memory, GIBIBYTE),
  ]);
  return [...parts, ...LEGEND].join('\n');
}

function resourceText(title: string, report: ResourceReport | undefined, unit: number): string[] {
  if (report === undefined) return [`${title}: no day could be scored`, ''];
  const days = report.scores[0]?.days ?? 0;
  const leftOut = report.seriesLeftOut > 0 ? `, ${report.seriesLeftOut} idle or unscored` : '';
  const rows = report.scores.map((scores) => rowOf(scores, unit));
  const own = report.againstEnvelope?.point;
  if (own !== undefined) rows.push(envelopeRow(own));
  return [
    `${title}: ${report.series} series${leftOut}, ${count(days)} days scored`,
    formatTable(COLUMNS, rows, { color: false }),
    `envelope: ${report.envelope.map(pointText).join(', ')}`,
    ...againstText(report),
    '',
  ];
}

function rowOf(scores: Scores, unit: number): string[] {
  return [
    scores.name,
    percent(scores.miss),
    scores.xoracle.value.toFixed(3),
    intervalText(scores.xoracle),
    scores.footprint.value.toFixed(2),
    percent(scores.over),
    percent(scores.slackMean),
    percent(scores.slackMedian),
    scores.minutesAbovePerDay.toFixed(1),
    (scores.shortHours / unit).toFixed(1),
    scores.changesPerWeek.toFixed(2),
    scores.downwardPerWeek.toFixed(2),
  ];
}

function envelopeRow(point: EnvelopePoint): string[] {
  return [`envelope (${point.peer})`, percent(point.miss), point.xoracle.toFixed(3)];
}

function againstText(report: ResourceReport): string[] {
  const against = report.againstEnvelope;
  const own = report.scores[0];
  if (against === undefined || own === undefined) return [];
  const few = own.hasEnoughMisses ? '' : `; only ${own.missedDays} days missed, 100 are needed`;
  const peers = report.againstPeers
    .map((peer) => `${peer.peer} ${peer.xoracleRatio.toFixed(3)}`)
    .join(', ');
  const worst = own.missByDispersion.map(percent).join(' / ');
  return [
    `${own.name} / envelope: ${against.ratio.value.toFixed(3)} (${intervalText(against.ratio)}${few})`,
    `at each peer's own miss rate, xoracle against it: ${peers}`,
    `misses by dispersion, calm to wild: ${worst}; worst tenth of the series ${percent(own.worstTenthMiss)}`,
  ];
}

function pointText(point: EnvelopePoint): string {
  return `${point.xoracle.toFixed(3)} at ${percent(point.miss)} (${point.peer})`;
}

function intervalText(interval: Interval): string {
  return `${interval.low.toFixed(3)}-${interval.high.toFixed(3)}`;
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '-';
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
