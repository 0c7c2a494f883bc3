import { SketchError } from '@trimtab/sketch';
import type { ByteReader } from '@trimtab/sketch/bytes';
import { UnitError } from '@trimtab/units';

/** Why usage was refused; the codes are stable, the messages are for people. */
export type HistoryErrorCode = 'TT_HISTORY_BAD_INPUT' | 'TT_HISTORY_CORRUPT';

/** Thrown when usage handed in breaks its own rules, or stored bytes cannot be what this package wrote. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
  readonly code: HistoryErrorCode;

  constructor(code: HistoryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Usage that a caller may not hand in; says what was found and what was expected. */
export function badInput(message: string): HistoryError {
  return new HistoryError('TT_HISTORY_BAD_INPUT', message);
}

/** Bytes that this package did not write, or that were changed since. */
export function corrupt(message: string): HistoryError {
  return new HistoryError('TT_HISTORY_CORRUPT', message);
}

/** Runs a decoder; what the layers below refuse comes out as TT_HISTORY_CORRUPT that names `what`. */
export function decoding<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof SketchError || error instanceof UnitError) {
      throw new HistoryError('TT_HISTORY_CORRUPT', `${what}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** Refuses bytes that go on after what they should hold. */
export function expectEnd(reader: ByteReader, what: string): void {
  if (reader.left > 0) {
    throw corrupt(`${what}: found ${reader.left} bytes after its end; expected none`);
  }
}

/** Refuses a list of any other length. */
export function expectPlaces(list: readonly unknown[], places: number, what: string): void {
  if (list.length !== places) {
    throw badInput(
      `found ${list.length} ${what}; expected ${places}, undefined where one is missing`,
    );
  }
}
