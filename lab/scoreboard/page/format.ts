import type { Interval } from '@trimtab/analysis/evaluate';
import type { Verdict } from '../goals.ts';

const DASH = '–';

/** `5.9 %`; a dash for what does not exist. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : DASH;
}

/** A number with that many digits after the point; a dash for what does not exist. */
export function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : DASH;
}

/** `0.958 (0.941–0.975)`. */
export function ratio(interval: Interval): string {
  return Number.isFinite(interval.value)
    ? `${fixed(interval.value, 3)} (${fixed(interval.low, 3)}${DASH}${fixed(interval.high, 3)})`
    : DASH;
}

/** `5.9 % (5.1–6.8)`. */
export function percentInterval({ value, low, high }: Interval): string {
  return Number.isFinite(value)
    ? `${percent(value)} (${fixed(low * 100, 1)}${DASH}${fixed(high * 100, 1)})`
    : DASH;
}

/** A whole number with thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** How a verdict is printed. */
export function verdictText(verdict: Verdict): string {
  return {
    holds: '**holds**',
    missed: 'missed',
    'too few': 'cannot tell',
    none: 'no goal',
  }[verdict];
}

/** A Markdown table; columns named with a leading `>` are set to the right. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const titles = columns.map((column) => column.replace(/^>/, ''));
  const rules = columns.map((column) => (column.startsWith('>') ? '--:' : '---'));
  return [titles, rules, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
