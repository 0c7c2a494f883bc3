import type { Interval } from '@trimtab/analysis/evaluate';
import { clipped, frame, type Plot, percentTick } from './frame.ts';
import { type LogScale, logScale } from './scale.ts';
import { document, element, label, line } from './svg.ts';

/** One stated risk of one set, and what came of it. */
export interface ReliabilityPoint {
  readonly set: string;
  /** Shares of days, 0 to 1. */
  readonly stated: number;
  readonly realised: Interval;
  /** Whether the days suffice to tell; points that do not are drawn hollow. */
  readonly isTelling: boolean;
}

/** What a reliability chart shows. */
export interface ReliabilityChart {
  readonly title: string;
  readonly subtitle: string;
  readonly points: readonly ReliabilityPoint[];
  /** The range that counts as honest, for each stated risk that has one. */
  readonly rangeOf: (stated: number) => { readonly low: number; readonly high: number } | undefined;
}

const SIZE = { width: 836, height: 500 };
const PLOT: Plot = { left: 72, right: 596, top: 72, bottom: 436 };
const LEGEND_LEFT = 616;
const X_RANGE = { low: 0.0075, high: 0.16 };
const Y_RANGE = { low: 0.004, high: 0.4 };
const TICKS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2];
const HALF_WIDTH_PX = 38;
const COLOURS = [
  '#d1246b',
  '#3a8dde',
  '#4c9f50',
  '#d9822b',
  '#9a6fd0',
  '#2aa198',
  '#8a6d3b',
  '#6b7a8f',
  '#c9506b',
  '#7d9a1f',
];

/**
 * Draws the share of days missed against the share stated, on logarithmic axes. Sets that state the same
 * risk stand side by side in one column; the shaded box of a column is the range that counts as honest.
 */
export function reliabilityChart(chart: ReliabilityChart): string {
  const x = logScale(X_RANGE, { low: PLOT.left, high: PLOT.right });
  const y = logScale(Y_RANGE, { low: PLOT.bottom, high: PLOT.top });
  const sets = [...new Set(chart.points.map((point) => point.set))];
  const stated = [...new Set(chart.points.map((point) => point.stated))].sort((a, b) => a - b);
  const inside = [
    diagonal(x, y),
    ...stated.map((risk) => honestBox(risk, chart.rangeOf(risk), x, y)),
    ...chart.points.map((point) => mark(point, { sets, x, y })),
  ];
  return document(SIZE, `${chart.title}. ${chart.subtitle}`, [
    label(chart.title, { x: PLOT.left, y: 28, class: 'title' }),
    label(chart.subtitle, { x: PLOT.left, y: 50 }),
    ...frame(
      PLOT,
      {
        scale: x,
        ticks: stated,
        title: 'share of days stated as missed (log)',
        format: percentTick,
      },
      { scale: y, ticks: TICKS, title: 'share of days missed (log)', format: percentTick },
    ),
    ...clipped(PLOT, inside),
    ...legend(sets),
  ]);
}

interface Columns {
  readonly sets: readonly string[];
  readonly x: LogScale;
  readonly y: LogScale;
}

function diagonal(x: LogScale, y: LogScale): string {
  const { low, high } = X_RANGE;
  return line([x.at(low), y.at(low)], [x.at(high), y.at(high)], {
    class: 'axis',
    'stroke-dasharray': '5 4',
  });
}

function honestBox(
  risk: number,
  range: { readonly low: number; readonly high: number } | undefined,
  x: LogScale,
  y: LogScale,
): string {
  if (range === undefined) return '';
  const top = y.at(range.high);
  return element('rect', {
    x: x.at(risk) - HALF_WIDTH_PX,
    y: top,
    width: 2 * HALF_WIDTH_PX,
    height: y.at(range.low) - top,
    rx: 3,
    fill: '#4c9f50',
    'fill-opacity': 0.16,
  });
}

function mark(point: ReliabilityPoint, { sets, x, y }: Columns): string {
  const place = sets.indexOf(point.set);
  const colour = colourAt(place);
  const step = (2 * HALF_WIDTH_PX) / sets.length;
  const at = x.at(point.stated) - HALF_WIDTH_PX + (place + 0.5) * step;
  const { value, low, high } = point.realised;
  return [
    line([at, y.at(low)], [at, y.at(high)], {
      stroke: colour,
      'stroke-width': 2,
      'stroke-opacity': point.isTelling ? 0.8 : 0.35,
    }),
    dot(at, y.at(value), colour, point.isTelling),
  ].join('');
}

function dot(x: number, y: number, colour: string, isTelling: boolean): string {
  const hollow = { fill: colour, 'fill-opacity': 0.15, stroke: colour, 'stroke-opacity': 0.5 };
  return element('circle', { cx: x, cy: y, r: 5, ...(isTelling ? { fill: colour } : hollow) });
}

function colourAt(place: number): string {
  return COLOURS[place % COLOURS.length] ?? '#8b949e';
}

function legend(sets: readonly string[]): string[] {
  const rowAt = (row: number): number => 92 + row * 24;
  const rows = sets.flatMap((set, place) => [
    dot(LEGEND_LEFT + 12, rowAt(place), colourAt(place), true),
    label(set, { x: LEGEND_LEFT + 28, y: rowAt(place) + 4 }),
  ]);
  const after = rowAt(sets.length) + 12;
  return [
    ...rows,
    ...['bar: 90 % interval', 'box: honest range', 'faint: too few days to tell'].map((words, i) =>
      label(words, { x: LEGEND_LEFT, y: after + i * 20 }),
    ),
  ];
}
