const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
/** Up to 15 digits a whole number is exact as a double, so that one division rounds correctly. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/**
 * Reads the decimal number in `bytes[from, to)`: digits, then perhaps a fraction and an exponent; no
 * sign, since nothing recorded is negative. NaN for anything else, also for an empty field. The value
 * is the double nearest to the text, as `Number` gives it, at a tenth of the cost.
 */
export function decimalIn(bytes: Uint8Array, from: number, to: number): number {
  let whole = 0;
  let fractionDigits = -1;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= ZERO && byte <= NINE) {
      whole = whole * 10 + (byte - ZERO);
      fractionDigits += fractionDigits >= 0 ? 1 : 0;
    } else if (byte === DOT && fractionDigits < 0 && at > from) {
      fractionDigits = 0;
    } else {
      return slowDecimalIn(bytes, from, to);
    }
  }
  const isPlain = to > from && to - from <= EXACT_DIGITS && fractionDigits !== 0;
  if (!isPlain) {
    return slowDecimalIn(bytes, from, to);
  }
  return fractionDigits < 0 ? whole : whole / (POWERS_OF_TEN[fractionDigits] ?? Number.NaN);
}

function slowDecimalIn(bytes: Uint8Array, from: number, to: number): number {
  // Longer than any number that says something; also keeps a broken file from costing time.
  if (to - from > 64) {
    return Number.NaN;
  }
  const text = String.fromCharCode(...bytes.subarray(from, to));
  const value = /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Reads the whole number in `bytes[from, to)`, at most 10 digits; -1 for anything else. */
export function wholeNumberIn(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from || to - from > 10) {
    return -1;
  }
  let whole = 0;
  for (let at = from; at < to; at += 1) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) {
      return -1;
    }
    whole = whole * 10 + digit;
  }
  return whole;
}
