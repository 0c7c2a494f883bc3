import type { ResourceBoard, SetBoard, WorstOfPreset } from '../board.ts';
import type { PartBoard, Scores } from '../part-board.ts';
import type { Resource } from '../replayed-set.ts';
import { count, fixed, percent, percentInterval, ratio, table } from './format.ts';
import { RESOURCE_NAMES } from './summary.ts';

const GIBIBYTE = 2 ** 30;
const SHORT_UNITS: Readonly<Record<Resource, { readonly name: string; readonly size: number }>> = {
  cpu: { name: 'core-h', size: 1 },
  memory: { name: 'GiB-h', size: GIBIBYTE },
};

const PEAKS =
  'The policies saw the averages of the 5-minute windows; here the highest value inside each window judges them. A peak far above its average is no miss that a size for averages could have avoided, so no goal is set: the minutes above and what was short tell how much throttling the averages hide.';

/** File name of the chart of one resource of a set, below the folder of the charts. */
export function chartName(set: string, resource: Resource): string {
  return `${set}-${resource}.svg`;
}

/** Everything about one set, as Markdown without its heading. */
export function setSection(board: SetBoard): string {
  if (board.resources.length === 0) {
    return `${count(board.seriesRead)} series, none with a scored day: the first seven days of a series are not scored, nor are days with under 80 % of their samples.`;
  }
  const parts = board.resources.map((resource) => resourceSection(board.set, resource));
  return [...(board.judgedOn === 'peaks' ? [PEAKS] : []), ...parts].join('\n\n');
}

function resourceSection(set: string, board: ResourceBoard): string {
  const { resource, report, tuned } = board;
  const name = RESOURCE_NAMES[resource];
  const leftOut =
    board.seriesLeftOut > 0 ? `, ${count(board.seriesLeftOut)} left out as idle or unscored` : '';
  const halves = [
    report === undefined ? 'no series in the report half' : `report half ${sizeOf(report)}`,
    tuned === undefined ? 'no series in the tuned half' : `tuned half ${sizeOf(tuned)}`,
  ];
  const part = report ?? tuned;
  return [
    `### ${set}: ${name}`,
    `${count(board.series)} series${leftOut}; ${halves.join(', ')}.`,
    `![Cost against misses](scoreboard/${chartName(set, resource)})`,
    ...(part === undefined ? [] : [scoresTable(part, resource), notesOf(part)]),
    ...(report === undefined || tuned === undefined ? [] : [halvesTable(report, tuned)]),
    worstTable(board.worst),
  ].join('\n\n');
}

function sizeOf(part: PartBoard): string {
  return `${count(part.series)} series and ${count(part.days)} days`;
}

function scoresTable(part: PartBoard, resource: Resource): string {
  const unit = SHORT_UNITS[resource];
  const columns = [
    'policy',
    '>miss',
    '>footprint',
    '>xoracle',
    '>over',
    '>slack mean',
    '>median',
    '>min/day above',
    `>short, ${unit.name}`,
    '>changes/week',
    '>down',
  ];
  return table(
    columns,
    part.scores.map((one) => [
      one.name,
      percentInterval(one.miss),
      ratio(one.footprint),
      ratio(one.xoracle),
      percent(one.over),
      percent(one.slackMean),
      percent(one.slackMedian),
      fixed(one.minutesAbovePerDay, 1),
      fixed(one.shortHours / unit.size, 1),
      fixed(one.changesPerWeek, 2),
      fixed(one.downwardPerWeek, 2),
    ]),
  );
}

function notesOf(part: PartBoard): string {
  const own = part.scores.filter((one) => one.kind === 'own');
  const envelope = part.envelope
    .map((point) => `${fixed(point.xoracle, 3)} at ${percent(point.miss)} (${point.peer})`)
    .join(', ');
  return [
    `- Peers' envelope: ${envelope || 'no peer keeps 10 %'}.`,
    `- Misses of the worst tenth of the series: ${own.map(worstTenthText).join(', ')}.`,
    `- Misses by dispersion, calm / middle / wild third: ${own.map(dispersionText).join('; ')}.`,
    ...unnamedNote(own),
  ].join('\n');
}

function unnamedNote(own: readonly Scores[]): string[] {
  const unnamed = own[0]?.unnamedDays ?? 0;
  return unnamed > 0 ? [`- Days for which we named nothing, not scored: ${count(unnamed)}.`] : [];
}

function worstTenthText(one: Scores): string {
  return `${one.name} ${percent(one.worstTenthMiss)}`;
}

function dispersionText(one: Scores): string {
  return `${one.name} ${one.missByDispersion.map(percent).join(' / ')}`;
}

function halvesTable(report: PartBoard, tuned: PartBoard): string {
  const rows = report.againstEnvelope.map((against) => {
    const other = tuned.againstEnvelope.find((one) => one.name === against.name);
    const missOf = (part: PartBoard): string =>
      percent(part.scores.find((one) => one.name === against.name)?.miss.value ?? Number.NaN);
    return [
      against.name,
      missOf(report),
      ratio(against.ratio),
      missOf(tuned),
      other === undefined ? '–' : ratio(other.ratio),
    ];
  });
  const columns = [
    'against the envelope',
    '>report half: miss',
    '>ratio',
    '>tuned half: miss',
    '>ratio',
  ];
  return table(columns, rows);
}

function worstTable(worst: readonly WorstOfPreset[]): string {
  const columns = ['worst 1 %', 'preset', 'series', '>missed / days', '>xoracle', '>min/day above'];
  return table(
    columns,
    worst.map((one) => [
      one.why,
      one.preset,
      `\`${one.id}\``,
      `${one.missed} / ${one.days}`,
      fixed(one.xoracle, 2),
      fixed(one.minutesAbovePerDay, 1),
    ]),
  );
}
