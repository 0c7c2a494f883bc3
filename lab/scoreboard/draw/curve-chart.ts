import type { Curve, Scores } from '../part-board.ts';
import { type Axis, clipped, frame, type Plot, percentTick } from './frame.ts';
import { logScale } from './scale.ts';
import { document, element, label, line, polyline } from './svg.ts';

/** What a curve chart shows: tuned peers as lines, peers at their defaults and our presets as points. */
export interface CurveChart {
  readonly title: string;
  readonly subtitle: string;
  readonly curves: readonly Curve[];
  readonly scores: readonly Scores[];
}

const SIZE = { width: 836, height: 500 };
const PLOT: Plot = { left: 72, right: 596, top: 72, bottom: 436 };
const LEGEND_LEFT = 616;
const OWN_COLOUR = '#d1246b';
const FAMILY_COLOURS: Readonly<Record<string, string>> = {
  VPA: '#d9822b',
  KRR: '#3a8dde',
  'max of k days': '#4c9f50',
  'Autopilot window': '#9a6fd0',
};
const OTHER_COLOUR = '#8b949e';
const LOWEST_MISS = 0.005;
const USUAL_HIGHEST_MISS = 0.5;
const MISS_TICKS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
const COST_TICKS = [
  1, 1.05, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200, 500,
];
/** Room that the longest preset name needs to the left of its point, and each name above another. */
const NAME_ROOM_PX = 90;
const NAME_GAP_PX = 15;
/** Peers at fewer misses than this do not stretch the axis. */
const SHOWN_FROM = 0.01;

/**
 * Draws the cost (xoracle) against the share of days missed, both on logarithmic axes. Points that miss
 * less than the axis shows stand at its left end.
 */
export function curveChart(chart: CurveChart): string {
  const points = chart.scores.filter((one) => one.days > 0);
  const misses = missRange(points);
  const x = logScale(misses, { low: PLOT.left, high: PLOT.right });
  const costs = costRange(chart, misses);
  const y = logScale(costs, { low: PLOT.bottom, high: PLOT.top });
  const axisX: Axis = {
    scale: x,
    ticks: MISS_TICKS.filter((tick) => tick <= misses.high),
    title: 'share of container-days missed (log)',
    format: (miss) => (miss === LOWEST_MISS ? `≤ ${percentTick(miss)}` : percentTick(miss)),
  };
  const axisY: Axis = {
    scale: y,
    ticks: y.ticksOf(COST_TICKS),
    title: 'xoracle: cost, clairvoyant = 1 (log)',
    format: (value) => String(value),
  };
  const at = (miss: number, cost: number): readonly [number, number] => [
    x.at(Math.max(LOWEST_MISS, miss)),
    y.at(cost),
  ];
  const inside = [
    envelopeLine(chart.curves, at),
    ...chart.curves.map((curve) => curveLine(curve, at)),
  ];
  return document(SIZE, `${chart.title}. ${chart.subtitle}`, [
    label(chart.title, { x: PLOT.left, y: 28, class: 'title' }),
    label(chart.subtitle, { x: PLOT.left, y: 50 }),
    ...frame(PLOT, axisX, axisY),
    ...clipped(PLOT, inside),
    ...points.map((one) => pointOf(one, at)),
    ...presetNames(points, at),
    ...legend(chart.curves),
  ]);
}

type At = (miss: number, cost: number) => readonly [number, number];

function missRange(points: readonly Scores[]): { low: number; high: number } {
  const highest = Math.max(...points.map((one) => one.miss.value));
  return { low: LOWEST_MISS, high: highest > USUAL_HIGHEST_MISS ? 1 : USUAL_HIGHEST_MISS };
}

function costRange(
  chart: CurveChart,
  misses: { readonly high: number },
): { low: number; high: number } {
  const curves = chart.curves.flatMap((curve) => curve.points);
  const shown = curves
    .filter((point) => point.miss >= SHOWN_FROM && point.miss <= misses.high)
    .map((point) => point.xoracle);
  const cheapest = lowestAt(chart.curves).map(([, cost]) => cost);
  const points = chart.scores.filter((one) => one.days > 0);
  const low = Math.min(...shown, ...points.map((one) => one.xoracle.low));
  const high = Math.max(...cheapest, ...points.map((one) => one.xoracle.high));
  return { low: Math.max(0.95, low * 0.97), high: high * 1.06 };
}

/** The lowest cost of any family at each rate from 1 % on. */
function lowestAt(curves: readonly Curve[]): (readonly [number, number])[] {
  const lowest = new Map<number, number>();
  for (const point of curves.flatMap((curve) => curve.points)) {
    lowest.set(point.miss, Math.min(lowest.get(point.miss) ?? point.xoracle, point.xoracle));
  }
  return [...lowest].filter(([miss]) => miss >= SHOWN_FROM).sort((a, b) => a[0] - b[0]);
}

function envelopeLine(curves: readonly Curve[], at: At): string {
  const points = lowestAt(curves).map(([miss, cost]) => at(miss, cost));
  return polyline(points, { stroke: OTHER_COLOUR, 'stroke-width': 9, 'stroke-opacity': 0.3 });
}

function curveLine(curve: Curve, at: At): string {
  const points = curve.points.map((point) => at(point.miss, point.xoracle));
  return polyline(points, { stroke: colourOf(curve.name), 'stroke-width': 2 });
}

function colourOf(name: string): string {
  return FAMILY_COLOURS[name] ?? OTHER_COLOUR;
}

function pointOf(scores: Scores, at: At): string {
  return scores.kind === 'own' ? ownPoint(scores, at) : defaultPoint(scores, at);
}

function ownPoint(scores: Scores, at: At): string {
  const { miss, xoracle } = scores;
  const [x, y] = at(miss.value, xoracle.value);
  const bar = { stroke: OWN_COLOUR, 'stroke-width': 2, 'stroke-opacity': 0.75 };
  return [
    line(at(miss.value, xoracle.low), at(miss.value, xoracle.high), bar),
    line(at(miss.low, xoracle.value), at(miss.high, xoracle.value), bar),
    element('circle', { cx: x, cy: y, r: 6, fill: OWN_COLOUR }),
  ].join('');
}

/** The presets' names beside their points, from the lowest upward and never over one another. */
function presetNames(points: readonly Scores[], at: At): string[] {
  const places = points
    .filter((one) => one.kind === 'own')
    .map((one) => ({ name: one.name, point: at(one.miss.value, one.xoracle.value) }))
    .sort((a, b) => b.point[1] - a.point[1]);
  const isCrowded = places.some(
    ({ point: [x, y] }, place) =>
      place > 0 &&
      Math.abs(y - (places[place - 1]?.point[1] ?? y)) < NAME_GAP_PX &&
      Math.abs(x - (places[place - 1]?.point[0] ?? x)) < NAME_ROOM_PX,
  );
  const leftmost = Math.min(...places.map(({ point }) => point[0]));
  let floor = PLOT.bottom - 6;
  return places.map(({ name, point }) => {
    const x = isCrowded ? leftmost : point[0];
    const y = point[1];
    const isAtLeftEnd = x < PLOT.left + NAME_ROOM_PX;
    const base = Math.min(floor, isAtLeftEnd ? y - 8 : y + 19);
    floor = base - NAME_GAP_PX;
    return label(name.split(' ').at(-1) ?? name, {
      x: isAtLeftEnd ? x + 10 : x - 10,
      y: base,
      'text-anchor': isAtLeftEnd ? 'start' : 'end',
      class: 'strong',
      style: `fill: ${OWN_COLOUR}`,
    });
  });
}

function defaultPoint(scores: Scores, at: At): string {
  const [x, y] = at(scores.miss.value, scores.xoracle.value);
  return diamond(x, y, colourOf(scores.name));
}

function diamond(x: number, y: number, colour: string): string {
  const points = `${x.toFixed(1)},${(y - 7).toFixed(1)} ${(x + 7).toFixed(1)},${y.toFixed(1)} ${x.toFixed(1)},${(y + 7).toFixed(1)} ${(x - 7).toFixed(1)},${y.toFixed(1)}`;
  return element('polygon', {
    points,
    fill: colour,
    'fill-opacity': 0.25,
    stroke: colour,
    'stroke-width': 2,
  });
}

function legend(curves: readonly Curve[]): string[] {
  const middle = LEGEND_LEFT + 12;
  const sign = (row: number): number => 92 + row * 26;
  const text = (row: number, words: string): string =>
    label(words, { x: LEGEND_LEFT + 32, y: sign(row) + 4 });
  const stroke = (row: number, attributes: Readonly<Record<string, string | number>>): string =>
    line([LEGEND_LEFT, sign(row)], [LEGEND_LEFT + 24, sign(row)], attributes);
  const lines = curves.flatMap((curve, place) => [
    stroke(place + 2, { stroke: colourOf(curve.name), 'stroke-width': 2 }),
    text(place + 2, `${curve.name}, tuned`),
  ]);
  const after = curves.length + 2;
  return [
    stroke(0, { stroke: OWN_COLOUR, 'stroke-width': 2 }),
    element('circle', { cx: middle, cy: sign(0), r: 6, fill: OWN_COLOUR }),
    text(0, 'trimtab, 90 % interval'),
    stroke(1, { stroke: OTHER_COLOUR, 'stroke-width': 9, 'stroke-opacity': 0.3 }),
    text(1, "peers' envelope"),
    ...lines,
    diamond(middle, sign(after), OTHER_COLOUR),
    text(after, 'peer at its defaults'),
    label('Lower is cheaper,', { x: LEGEND_LEFT, y: sign(after + 1) + 8 }),
    label('further left is safer.', { x: LEGEND_LEFT, y: sign(after + 1) + 26 }),
  ];
}
