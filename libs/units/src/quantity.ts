/**
 * Kubernetes quantities, read and printed without floating error.
 *
 *     quantity = [ "+" | "-" ] number [ suffix ]
 *     number   = digits | digits "." | "." digits | digits "." digits
 *     suffix   = Ki Mi Gi Ti Pi Ei | n u m k M G T P E | ( "e" | "E" ) [ "+" | "-" ] digits
 *
 * `1E` is one exa, `1E3` is one thousand, as in Kubernetes. A number is held as whole digits times a
 * power of ten times a power of two, so `0.1` is one tenth and nothing else. What is finer than the
 * unit's grain (a nanocore, a byte) is rounded up, as the kubelet does.
 */
import type { Bytes, Millicores } from './brands.ts';
import { bytes, millicores } from './checked.ts';
import { roundUpToMillicore } from './convert.ts';
import { UnitError } from './errors.ts';

const GRAMMAR = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+|[numkMGTPE])?$/;
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
/** Longer texts are refused unread: no quantity that fits a double needs them. */
const MOST_CHARACTERS = 64;
/** Greater exponents are refused: they lie beyond every unit, and powers of ten cost memory. */
const MOST_EXPONENT = 100;
const NANOCORES_PER_CORE_POWER = 9;
const NANOCORES_PER_MILLICORE = 1e6;
const EXPECTED =
  "expected digits with at most one point, then nothing, one of n u m k M G T P E Ki Mi Gi Ti Pi Ei, or an exponent like e3; for example '100m', '1.5', '128Mi'";

/**
 * Reads a CPU quantity (`100m`, `1.5`, `2e-1`) as millicores: exact for whole millicores, else the
 * nearest double. Finer than a nanocore is rounded up. Negative, malformed, or above 2^53 nanocores
 * (some nine million cores): UnitError.
 */
export function parseCpuQuantity(text: string): Millicores {
  const nanocores = wholeUnits(text, NANOCORES_PER_CORE_POWER);
  // Both numbers are exact, so the division is correctly rounded.
  return millicores(nanocores / NANOCORES_PER_MILLICORE);
}

/**
 * Reads a memory quantity (`128Mi`, `0.5Gi`, `1e9`) as whole bytes. A fraction of a byte is rounded
 * up, as the kubelet does (`1.1Gi`, `100m`). Negative, malformed, or above 2^53 - 1 bytes: UnitError.
 */
export function parseMemoryQuantity(text: string): Bytes {
  return bytes(wholeUnits(text, 0));
}

/** Prints CPU as a quantity in whole millicores, rounded up: `0`, `100m`, `1500m`, `2`. */
export function formatCpuQuantity(value: Millicores): string {
  const whole = roundUpToMillicore(value);
  return whole % 1_000 === 0 ? String(whole / 1_000) : `${whole}m`;
}

/** Prints memory exactly, with the largest binary suffix that divides it: `128Mi`, `1Gi`, else plain bytes. */
export function formatMemoryQuantity(value: Bytes): string {
  let rest: number = value;
  let suffix = '';
  for (const next of BINARY) {
    if (rest === 0 || rest % 1_024 !== 0) break;
    rest /= 1_024;
    suffix = next;
  }
  return `${rest}${suffix}`;
}

/** The quantity times 10^power, rounded up to a whole number that a double holds exactly. */
function wholeUnits(text: string, power: number): number {
  const parts = split(text);
  const tens = parts.tenPower + power;
  const numerator = parts.digits * 2n ** BigInt(parts.twoPower) * 10n ** BigInt(Math.max(tens, 0));
  const denominator = 10n ** BigInt(Math.max(-tens, 0));
  const units = (numerator + denominator - 1n) / denominator;
  if (units > BigInt(Number.MAX_SAFE_INTEGER)) throw tooLarge(text);
  return Number(units);
}

interface QuantityParts {
  readonly digits: bigint;
  readonly tenPower: number;
  readonly twoPower: number;
}

function split(text: string): QuantityParts {
  const found = text.length <= MOST_CHARACTERS ? GRAMMAR.exec(text) : null;
  const number = found?.[2];
  if (found === null || number === undefined) throw malformed(text);
  const suffix = found[3] ?? '';
  const point = number.indexOf('.');
  const fractionDigits = point < 0 ? 0 : number.length - point - 1;
  const digits = BigInt(number.replace('.', ''));
  if (found[1] === '-' && digits > 0n) throw negative(text);
  const twoPower = 10 * (BINARY.indexOf(suffix) + 1);
  const tenPower = twoPower > 0 ? 0 : powerOfTen(suffix);
  if (Math.abs(tenPower) > MOST_EXPONENT) throw tooLarge(text);
  return { digits, tenPower: tenPower - fractionDigits, twoPower };
}

function powerOfTen(suffix: string): number {
  return DECIMAL.get(suffix) ?? Number(suffix.slice(1));
}

function malformed(text: string): UnitError {
  const shown =
    text.length <= MOST_CHARACTERS ? `'${text}'` : `a text of ${text.length} characters`;
  return new UnitError('TT_UNITS_BAD_QUANTITY', `found quantity ${shown}; ${EXPECTED}`);
}

function negative(text: string): UnitError {
  return new UnitError(
    'TT_UNITS_NEGATIVE_QUANTITY',
    `found quantity '${text}'; expected zero or more: a request or limit cannot be negative`,
  );
}

function tooLarge(text: string): UnitError {
  return new UnitError(
    'TT_UNITS_OUT_OF_RANGE',
    `found quantity '${text}'; expected at most ${Number.MAX_SAFE_INTEGER} nanocores or bytes, and an exponent of at most ${MOST_EXPONENT}`,
  );
}
