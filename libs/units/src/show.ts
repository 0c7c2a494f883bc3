import type { Bytes, DurationMs, Millicores, Money } from './brands.ts';

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const DURATION_UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'm', ms: 60_000 },
  { name: 's', ms: 1_000 },
];
const MICROS_PER_CENT = 10_000;

/** CPU for people: `0.4m`, `250m`, and from one core up in cores: `1.5`, `12`. Three digits at most are kept below 100 cores. */
export function showCpu(value: Millicores): string {
  // 999.6 would round to `1000m`, which is written `1`.
  if (Math.round(value) >= 1_000) return shorten(value / 1_000);
  return value >= 10 ? `${Math.round(value)}m` : `${shorten(value)}m`;
}

/** Memory for people in binary units, about three digits: `0 B`, `300 MiB`, `1.5 GiB`. */
export function showMemory(value: Bytes): string {
  let rest: number = value;
  let step = 0;
  // 1,023.6 KiB would round to 1,024 KiB, which is written 1 MiB.
  while (Math.round(rest) >= 1_024 && step < BYTE_UNITS.length - 1) {
    rest /= 1_024;
    step += 1;
  }
  return `${shorten(rest)} ${BYTE_UNITS[step]}`;
}

/** A span for people in its two largest units: `350ms`, `45s`, `3m 20s`, `2d 4h`. Rounded down to the last unit shown. */
export function showDuration(value: DurationMs): string {
  if (value < 1_000) return `${Math.round(value) === 1_000 ? 999 : Math.round(value)}ms`;
  const first = DURATION_UNITS.findIndex((unit) => value >= unit.ms);
  let rest: number = value;
  const words: string[] = [];
  for (const unit of DURATION_UNITS.slice(first, first + 2)) {
    const amount = Math.floor(rest / unit.ms);
    if (amount > 0) words.push(`${amount}${unit.name}`);
    rest -= amount * unit.ms;
  }
  return words.join(' ');
}

/** Money for people, rounded to cents, with its currency's code: `1,234.50 USD`, `-0.07 EUR`. */
export function showMoney(value: Money, currency: string): string {
  const cents = Math.round(Math.abs(value) / MICROS_PER_CENT);
  const units = String(Math.floor(cents / 100)).replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = value < 0 && cents > 0 ? '-' : '';
  return `${sign}${units}.${String(cents % 100).padStart(2, '0')} ${currency}`;
}

/** A share (1 = everything) as percent: `43 %`, below ten with one decimal: `2.5 %`, `-0.3 %`. NaN and infinity print as `-`. */
export function showPercent(share: number): string {
  if (!Number.isFinite(share)) return '-';
  const percent = share * 100;
  const digits = Math.abs(percent) < 9.95 ? 1 : 0;
  return `${trimmed(percent, digits)} %`;
}

/** Two decimals below 10, one below 100, none above. */
function shorten(value: number): string {
  if (value < 9.995) return trimmed(value, 2);
  return trimmed(value, value < 99.95 ? 1 : 0);
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)) + 0);
}
