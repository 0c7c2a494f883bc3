/**
 * Collects the points of a message into windows, windows into containers, containers into UTC hours. A window is
 * named by the seconds it covers: two points of one metric with the same cover are duplicates, two covers that
 * share a second overlap, and of those the longer stays; parts of one window that share none are joined.
 */
import type { ContainerSizes, ContainerUsage, UsageWindow } from '@trimtab/history';
import { unionWindows, WINDOW_SECONDS } from '@trimtab/history';
import { type EpochHour, epochHour, epochMs, hourOf } from '@trimtab/units';
import type { ContainerName } from './attributes.ts';
import { msOfSeconds } from './nanos.ts';
import type { Cover } from './points.ts';
import { quote, Refusal, type Tally } from './rejections.ts';

/** What containers used within one UTC hour. */
export interface HourUsage {
  readonly hour: EpochHour;
  readonly containers: readonly ContainerUsage[];
}

/** What one point says: something of a window, or one size as told at a second. */
export type Taken =
  | { readonly kind: 'window'; readonly cover: Cover; readonly content: WindowContent }
  | { readonly kind: 'size'; readonly second: number; readonly size: ContainerSizes };

/** What a window can hold, as it fills up. */
export type WindowContent = {
  -readonly [Field in WindowField]?: NonNullable<UsageWindow[Field]>;
};
type WindowField = Exclude<keyof UsageWindow, 'start' | 'fromSecond' | 'toSecond'>;
type Sizes = { -readonly [Field in keyof ContainerSizes]: ContainerSizes[Field] };

interface OpenWindow {
  readonly cover: Cover;
  readonly content: WindowContent;
  /** Accepted points that went into it. */
  points: number;
}

interface OpenContainer {
  readonly name: ContainerName;
  readonly windows: Map<number, OpenWindow>;
  readonly sizes: Sizes;
  /** When each size was told, seconds since 1970 UTC. */
  readonly toldAt: Map<keyof ContainerSizes, number>;
}

/** Filled point by point while a message is read, then closed once. */
export class Hours {
  readonly #hours = new Map<EpochHour, Map<string, OpenContainer>>();

  /** Puts what a point says in its place; refused where another point of its metric is there already. */
  put(name: ContainerName, taken: Taken): Refusal | undefined {
    return taken.kind === 'window' ? this.#putWindow(name, taken) : this.#putSize(name, taken);
  }

  /** The hours in order; the containers of an hour in the order in which the message first names them. */
  close(tally: Tally): HourUsage[] {
    return [...this.#hours]
      .sort(([a], [b]) => a - b)
      .map(([hour, containers]) => ({
        hour,
        containers: [...containers.values()].flatMap((container) =>
          closeContainer(container, tally),
        ),
      }))
      .filter(({ containers }) => containers.length > 0);
  }

  #putWindow(
    name: ContainerName,
    { cover, content }: Extract<Taken, { kind: 'window' }>,
  ): Refusal | undefined {
    const window = openWindow(this.#container(name, cover.window), cover);
    for (const field of Object.keys(content)) {
      if (Object.hasOwn(window.content, field)) {
        const found = `a second point for seconds ${cover.from} to ${cover.to}`;
        return new Refusal('TT_WIRE_POINT_DUPLICATE', found, 'one point a metric and cover');
      }
    }
    Object.assign(window.content, content);
    window.points++;
    return undefined;
  }

  /** Of several times in an hour the newest stays. */
  #putSize(
    name: ContainerName,
    { second, size }: Extract<Taken, { kind: 'size' }>,
  ): Refusal | undefined {
    const { sizes, toldAt } = this.#container(name, second);
    for (const field of SIZE_FIELDS) {
      if (size[field] === undefined) continue;
      const before = toldAt.get(field);
      if (before === second) {
        const found = `a second point for second ${second}`;
        return new Refusal('TT_WIRE_POINT_DUPLICATE', found, 'one point a metric and time');
      }
      if (before !== undefined && before > second) continue;
      Object.assign(sizes, { [field]: size[field] });
      toldAt.set(field, second);
    }
    return undefined;
  }

  #container(name: ContainerName, second: number): OpenContainer {
    const hour = hourOf(epochMs(msOfSeconds(second)));
    let containers = this.#hours.get(hour);
    if (containers === undefined) {
      containers = new Map();
      this.#hours.set(epochHour(hour), containers);
    }
    const known = containers.get(name.id);
    if (known !== undefined) return known;
    const container = { name, windows: new Map(), sizes: {}, toldAt: new Map() };
    containers.set(name.id, container);
    return container;
  }
}

const SIZE_FIELDS = ['cpuRequest', 'cpuLimit', 'memoryRequest', 'memoryLimit'] as const;

function openWindow({ windows }: OpenContainer, cover: Cover): OpenWindow {
  const id = cover.from * (WINDOW_SECONDS + 1) + (cover.to - cover.from);
  const known = windows.get(id);
  if (known !== undefined) return known;
  const window = { cover, content: {}, points: 0 };
  windows.set(id, window);
  return window;
}

function closeContainer({ name, windows, sizes }: OpenContainer, tally: Tally): ContainerUsage[] {
  const kept = withoutOverlaps(windows.values(), (lost) => {
    const found = `seconds ${lost.cover.from} to ${lost.cover.to}, covered by another window too`;
    const refusal = new Refusal('TT_WIRE_POINT_OVERLAP', found, 'every second once');
    tally.revoke(refusal, lost.points, () => `container ${quote(name.key.container)}`);
  });
  const measured = kept.filter(({ content }) => Object.keys(content).length > 0).map(closeWindow);
  if (measured.length === 0 && Object.keys(sizes).length === 0) return [];
  return [{ key: name.key, labels: name.labels, sizes, windows: joinHalves(measured) }];
}

/** Parts of one window that cover different seconds become one; the windows are in order. */
function joinHalves(windows: readonly UsageWindow[]): UsageWindow[] {
  const joined: UsageWindow[] = [];
  for (const window of windows) {
    const last = joined.at(-1);
    if (last?.start !== window.start) joined.push(window);
    else joined[joined.length - 1] = unionWindows(last, window).window;
  }
  return joined;
}

function closeWindow({ cover, content }: OpenWindow): UsageWindow {
  return {
    start: epochMs(msOfSeconds(cover.window)),
    fromSecond: cover.from - cover.window,
    toSecond: cover.to - cover.window,
    ...content,
  };
}

/** The windows by time; where two share a second the longer stays, at equal length the earlier. */
function withoutOverlaps(
  windows: Iterable<OpenWindow>,
  lose: (window: OpenWindow) => void,
): OpenWindow[] {
  const kept: OpenWindow[] = [];
  for (const window of [...windows].sort((a, b) => a.cover.from - b.cover.from)) {
    const last = kept.at(-1);
    if (last === undefined || last.cover.to <= window.cover.from) kept.push(window);
    else if (lengthOf(window) > lengthOf(last)) {
      lose(last);
      kept[kept.length - 1] = window;
    } else lose(window);
  }
  return kept;
}

function lengthOf({ cover }: OpenWindow): number {
  return cover.to - cover.from;
}
