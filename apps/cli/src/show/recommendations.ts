import { bytes, millicores, showCpu, showMemory, showPercent } from '@trimtab/units';
import type { RecommendationView, ResourceView } from '@trimtab/wire/rest';
import { type Cell, type Column, formatTable } from './table.ts';

/** Shown in place of a number that was not measured or is not named. */
export const MISSING = '-';

const COLUMNS: readonly Column[] = [
  { title: 'NAMESPACE', maxWidth: 16 },
  { title: 'WORKLOAD', maxWidth: 24 },
  { title: 'CONTAINER', maxWidth: 12 },
  { title: 'CPU NOW', align: 'right' },
  { title: 'CPU REC', align: 'right' },
  { title: 'CHANGE', align: 'right' },
  { title: 'MEM NOW', align: 'right' },
  { title: 'MEM REC', align: 'right' },
  { title: 'CHANGE', align: 'right' },
  { title: 'MIN/D>REQ', align: 'right' },
  { title: 'MIN/D>LIM', align: 'right' },
  { title: 'KILLS', align: 'right' },
  { title: 'DAYS', align: 'right' },
  { title: 'WHY' },
];

/** Of WHY, what a plain table shows; `wide` shows all of it. */
const WHY_WIDTH = 90;

/** What the columns mean, for below the table. */
export const LEGEND = [
  'NOW: request in force. REC: recommended request (memory: request and limit). CHANGE: REC against NOW.',
  'MIN/D>REQ: minutes a day above the recommended CPU request, MIN/D>LIM: minutes a day above the recommended memory limit, KILLS: days with one,',
  'each from a walk-forward: every day judged with the number named from the days before it. DAYS: days judged of days seen.',
  `${MISSING}: not measured or not named; WHY says which, after the first warning; explain tells all. [synthetic]: made-up usage with a labelled shape, not a recording.`,
];

/** The table that `trimtab recs` and `trimtab up` print: one line a workload container. */
export function recommendationTable(
  rows: readonly RecommendationView[],
  options: { readonly color: boolean; readonly wide?: boolean },
): string {
  const columns = options.wide
    ? COLUMNS
    : COLUMNS.map((column) =>
        column.title === 'WHY' ? { ...column, maxWidth: WHY_WIDTH } : column,
      );
  return formatTable(columns, rows.map(cellsOf), options);
}

function cellsOf(row: RecommendationView): Cell[] {
  return [
    row.namespace,
    row.workload,
    row.container,
    amount(row.cpu.current.request, cpuText),
    amount(row.cpu.recommended?.request ?? null, cpuText),
    change(row.cpu),
    amount(row.memory.current.request, memoryText),
    amount(row.memory.recommended?.request ?? null, memoryText),
    change(row.memory),
    row.cpu.recommended ? minutes(row.proof?.cpu?.minutesAboveRequestPerDay) : MISSING,
    row.memory.recommended ? minutes(row.proof?.memory?.minutesAboveLimitPerDay) : MISSING,
    row.memory.recommended ? String(row.proof?.memory?.kills ?? MISSING) : MISSING,
    `${row.proof?.daysScored ?? 0}/${row.daysSeen}`,
    { text: whyOf(row), style: isPlain(row) ? 'dim' : 'warn' },
  ];
}

/** Millicores as people read them, up to the unit's own rounding. */
export function cpuText(value: number): string {
  return showCpu(millicores(value));
}

/** Bytes as people read them. */
export function memoryText(value: number): string {
  return showMemory(bytes(value));
}

function amount(value: number | null, show: (value: number) => string): string {
  return value === null ? MISSING : show(value);
}

function change(resource: ResourceView): Cell {
  const percent = resource.changePercent;
  if (percent === null) return MISSING;
  const text = `${percent > 0 ? '+' : ''}${showPercent(percent / 100)}`;
  return { text, style: percent < 0 ? 'good' : percent > 0 ? 'warn' : 'plain' };
}

function minutes(value: number | undefined): string {
  if (value === undefined) return MISSING;
  return value >= 10 ? String(Math.round(value)) : value.toFixed(1);
}

/** The first warning, what is missing from the row and the rules that bound the numbers that are there. */
export function whyOf(row: RecommendationView): string {
  const parts = [...warningOf(row), ...withheldOf(row), ...boundsOf(row), ...untoldOf(row)].join(
    '; ',
  );
  return row.synthetic ? `[synthetic] ${parts}` : parts;
}

function isPlain(row: RecommendationView): boolean {
  return row.status === 'recommended' && warningOf(row).length === 0;
}

/** One is enough for a table; `explain` tells them all. */
function warningOf({ findings }: RecommendationView): string[] {
  const warning = findings.find((finding) => finding.severity === 'warn');
  return warning === undefined ? [] : [warning.short];
}

function boundsOf(row: RecommendationView): string[] {
  const { cpu, memory } = row;
  return [
    ...(cpu.recommended ? [`CPU: ${cpu.recommended.bound}`] : []),
    ...(memory.recommended ? [`memory: ${memory.recommended.bound}`] : []),
  ];
}

function withheldOf(row: RecommendationView): string[] {
  const cpu = row.cpu.withheld?.reason;
  const memory = row.memory.withheld?.reason;
  if (cpu !== undefined && cpu === memory) return [`withheld: ${cpu}`];
  return [
    ...(cpu === undefined ? [] : [`CPU withheld: ${cpu}`]),
    ...(memory === undefined ? [] : [`memory withheld: ${memory}`]),
  ];
}

/** Requests that are not there; why, is told by `explain`. */
function untoldOf({ cpu, memory }: RecommendationView): string[] {
  const isCpuUntold = cpu.current.request === null;
  const isMemoryUntold = memory.current.request === null;
  if (isCpuUntold && isMemoryUntold) return ['no requests told'];
  if (isCpuUntold) return ['no CPU request told'];
  return isMemoryUntold ? ['no memory request told'] : [];
}
