import type { LogScale } from './scale.ts';
import { element, label, line } from './svg.ts';

/** The rectangle in which the data is drawn, in pixels. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** One axis: its scale, ticks and what it measures. */
export interface Axis {
  readonly scale: LogScale;
  readonly ticks: readonly number[];
  readonly title: string;
  readonly format: (value: number) => string;
}

const TICK_GAP = 8;

/** Grid lines, axis lines, tick labels and axis titles. */
export function frame(plot: Plot, x: Axis, y: Axis): string[] {
  const columns = x.ticks.flatMap((tick) => {
    const at = x.scale.at(tick);
    return [
      line([at, plot.top], [at, plot.bottom], { class: 'grid' }),
      label(x.format(tick), { x: at, y: plot.bottom + 19, 'text-anchor': 'middle' }),
    ];
  });
  const rows = y.ticks.flatMap((tick) => {
    const at = y.scale.at(tick);
    return [
      line([plot.left, at], [plot.right, at], { class: 'grid' }),
      label(y.format(tick), { x: plot.left - TICK_GAP, y: at + 4, 'text-anchor': 'end' }),
    ];
  });
  const middle = (plot.top + plot.bottom) / 2;
  return [
    ...columns,
    ...rows,
    line([plot.left, plot.bottom], [plot.right, plot.bottom], { class: 'axis' }),
    line([plot.left, plot.top], [plot.left, plot.bottom], { class: 'axis' }),
    label(x.title, {
      x: (plot.left + plot.right) / 2,
      y: plot.bottom + 42,
      'text-anchor': 'middle',
    }),
    label(y.title, {
      x: 0,
      y: 0,
      transform: `translate(18 ${middle}) rotate(-90)`,
      'text-anchor': 'middle',
    }),
  ];
}

/** A clipping rectangle for everything drawn inside the plot. */
export function clipped(plot: Plot, children: readonly string[]): string[] {
  const { left, right, top, bottom } = plot;
  const area = element('rect', { x: left, y: top, width: right - left, height: bottom - top });
  return [
    element('clipPath', { id: 'plot' }, area),
    element('g', { 'clip-path': 'url(#plot)' }, `\n${children.join('\n')}\n`),
  ];
}

/** `10 %`, `0.5 %`. */
export function percentTick(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
