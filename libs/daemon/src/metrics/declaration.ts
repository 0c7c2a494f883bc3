import { DaemonError } from '../errors.ts';

/** The three kinds of the exposition format that this registry knows. */
type MetricKind = 'counter' | 'gauge' | 'histogram';

/** What is said about a metric once, when it is declared. */
export interface Declaration {
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  readonly labels: readonly string[];
  /** Upper bucket bounds of a histogram, strictly increasing; empty for the other kinds. */
  readonly bounds: readonly number[];
}

/** Suffixes that name a unit other than the base units Prometheus asks for. */
const WRONG_UNIT =
  /_(ms|millis|milliseconds|us|microseconds|ns|nanoseconds|minutes|hours|days|kb|kib|kilobytes|mb|mib|megabytes|gb|gib|percent|pct|millicores)(_total)?$/;
/** What a histogram measures must show in its name: a base unit, a ratio, or the plural of what is counted. */
const HISTOGRAM_UNIT = /(_ratio|s)$/;
/** Endings the exposition format itself puts behind a name. */
const RESERVED_ENDING = /_(count|sum|bucket|total|created)$/;

/** Refuses a declaration that would make a wrong or misleading exposition; throws TT_METRIC_DECLARATION. */
export function checkDeclaration(declaration: Declaration): void {
  const complaint =
    nameComplaint(declaration) ?? labelComplaint(declaration) ?? boundsComplaint(declaration);
  if (complaint !== undefined) {
    throw new DaemonError(
      'TT_METRIC_DECLARATION',
      `${declaration.kind} '${declaration.name}': ${complaint}`,
    );
  }
}

/** Whether two declarations of one name say the same thing. */
export function isSameDeclaration(a: Declaration, b: Declaration): boolean {
  return (
    a.kind === b.kind &&
    a.help === b.help &&
    a.labels.join() === b.labels.join() &&
    a.bounds.join() === b.bounds.join()
  );
}

function nameComplaint({ name, kind, help }: Declaration): string | undefined {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
    return 'the name is not lower-case words joined by _';
  }
  if (WRONG_UNIT.test(name)) {
    return 'the name ends in a unit that is no base unit; use seconds, bytes, cores or a ratio';
  }
  if (kind === 'counter' ? !name.endsWith('_total') : RESERVED_ENDING.test(name)) {
    return kind === 'counter'
      ? 'the name of a counter ends in _total'
      : 'the name ends in a word that the exposition format reserves';
  }
  if (kind === 'histogram' && !HISTOGRAM_UNIT.test(name)) {
    return 'the name does not end in a unit (_seconds, _bytes, _ratio or a plural)';
  }
  return help.trim() === '' ? 'the help text is empty' : undefined;
}

function labelComplaint({ labels, kind }: Declaration): string | undefined {
  const bad = labels.find((label) => !/^[a-z][a-z0-9_]*$/.test(label) || label.includes('__'));
  if (bad !== undefined) {
    return `label '${bad}' is not a lower-case word`;
  }
  if (kind === 'histogram' && labels.includes('le')) {
    return "label 'le' belongs to the buckets";
  }
  return new Set(labels).size === labels.length ? undefined : 'a label is named twice';
}

function boundsComplaint({ bounds, kind }: Declaration): string | undefined {
  if (kind !== 'histogram') {
    return undefined;
  }
  if (bounds.length === 0 || bounds.length > 100) {
    return `there are ${bounds.length} bucket bounds; expected 1 to 100`;
  }
  const isRising = bounds.every((bound, index) => {
    const before = index === 0 ? Number.NEGATIVE_INFINITY : (bounds[index - 1] ?? Number.NaN);
    return Number.isFinite(bound) && bound > before;
  });
  return isRising ? undefined : 'the bucket bounds are not finite and strictly increasing';
}
