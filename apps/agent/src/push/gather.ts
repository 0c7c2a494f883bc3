import { type ContainerUsage, type UsageWindow, WINDOW_SECONDS } from '@trimtab/history';
import { type EpochMs, epochMs, SECOND_MS } from '@trimtab/units';
import type { ClosedWindow } from '../fold/index.ts';

/**
 * Joins what several closed windows say about each container. Labels and sizes are those of its last
 * window. A batch may name a window of a container once: where a hole in the cover cut a window into
 * pieces, the further pieces go to further layers, each of which makes batches of its own. Nearly
 * always there is one layer.
 */
export function layersOf(
  gathered: readonly ClosedWindow[],
): readonly (readonly ContainerUsage[])[] {
  const layers: Map<string, Growing>[] = [];
  for (const { containers } of gathered) {
    for (const usage of containers) {
      for (const window of usage.windows) addToLayers(layers, usage, window);
    }
  }
  return layers.map((layer) =>
    [...layer.values()].map(({ usage, windows }) => ({ ...usage, windows })),
  );
}

/** The end of the last second any of the containers covers; 1970 where none does. */
export function coverEnd(containers: readonly ContainerUsage[]): EpochMs {
  let end = 0;
  for (const { windows } of containers) {
    for (const { start, toSecond } of windows) {
      end = Math.max(end, start + Math.min(toSecond, WINDOW_SECONDS) * SECOND_MS);
    }
  }
  return epochMs(end);
}

/** Windows of all the containers together. */
export function countWindows(containers: readonly ContainerUsage[]): number {
  return containers.reduce((sum, { windows }) => sum + windows.length, 0);
}

interface Growing {
  usage: ContainerUsage;
  readonly windows: UsageWindow[];
}

function addToLayers(
  layers: Map<string, Growing>[],
  usage: ContainerUsage,
  window: UsageWindow,
): void {
  const name = `${usage.key.podUid}/${usage.key.container}`;
  for (let depth = 0; ; depth += 1) {
    const layer = layers[depth] ?? new Map<string, Growing>();
    layers[depth] = layer;
    const known = layer.get(name);
    if (known === undefined) {
      layer.set(name, { usage, windows: [window] });
      return;
    }
    const last = known.windows.at(-1);
    if (last === undefined || last.start < window.start) {
      known.usage = usage;
      known.windows.push(window);
      return;
    }
  }
}
