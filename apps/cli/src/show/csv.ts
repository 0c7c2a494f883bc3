import type { RecommendationView } from '@trimtab/wire/rest';

type Field = readonly [
  name: string,
  of: (row: RecommendationView) => string | number | null | undefined,
];

const FIELDS: readonly Field[] = [
  ['cluster', (r) => r.cluster],
  ['namespace', (r) => r.namespace],
  ['kind', (r) => r.kind],
  ['workload', (r) => r.workload],
  ['container', (r) => r.container],
  ['synthetic', (r) => String(r.synthetic)],
  ['preset', (r) => r.preset],
  ['status', (r) => r.status],
  ['cpu_request_millicores', (r) => r.cpu.current.request],
  ['cpu_recommended_millicores', (r) => r.cpu.recommended?.request],
  ['cpu_withheld', (r) => r.cpu.withheld?.reason],
  ['memory_request_bytes', (r) => r.memory.current.request],
  ['memory_recommended_bytes', (r) => r.memory.recommended?.request],
  ['memory_withheld', (r) => r.memory.withheld?.reason],
  ['minutes_above_request_per_day', (r) => r.proof?.cpu?.minutesAboveRequestPerDay],
  ['minutes_above_limit_per_day', (r) => r.proof?.memory?.minutesAboveLimitPerDay],
  ['kills', (r) => r.proof?.memory?.kills],
  ['days_scored', (r) => r.proof?.daysScored],
  ['days_seen', (r) => r.daysSeen],
];

/** RFC 4180 with a header; an absent value is an empty field. A leading = + - @ in a name gets an apostrophe, or a spreadsheet would run it. */
export function recommendationCsv(rows: readonly RecommendationView[]): string {
  const lines = [FIELDS.map(([name]) => name).join(',')];
  for (const row of rows) lines.push(FIELDS.map(([, of]) => field(of(row))).join(','));
  return lines.join('\r\n');
}

function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
