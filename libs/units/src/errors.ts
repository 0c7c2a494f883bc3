/** Why a number or a text was refused; the codes are stable, the messages are for people. */
export type UnitErrorCode =
  | 'TT_UNITS_NOT_FINITE'
  | 'TT_UNITS_OUT_OF_RANGE'
  | 'TT_UNITS_BAD_QUANTITY'
  | 'TT_UNITS_NEGATIVE_QUANTITY';

/** Thrown when a number does not fit its unit or a quantity cannot be read. Nothing is changed by then. */
export class UnitError extends Error {
  override readonly name = 'UnitError';
  readonly code: UnitErrorCode;

  constructor(code: UnitErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
