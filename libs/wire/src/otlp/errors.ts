/**
 * Why a whole message was refused, or could not be written.
 * `TT_WIRE_MALFORMED`: not a protobuf message of the expected type.
 * `TT_WIRE_TOO_LARGE`: above one of the limits.
 * `TT_WIRE_BAD_IDENTITY`: the batch's name is incomplete or out of range.
 * `TT_WIRE_BAD_BATCH`: our own batch breaks its promise and would be refused by every receiver.
 */
export type WireErrorCode =
  | 'TT_WIRE_MALFORMED'
  | 'TT_WIRE_TOO_LARGE'
  | 'TT_WIRE_BAD_IDENTITY'
  | 'TT_WIRE_BAD_BATCH';

/** Thrown where a message as a whole cannot be read or written; single bad points are counted instead. */
export class WireError extends Error {
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WireError';
    this.code = code;
  }
}

/** Why a single point was dropped and counted. */
export type RejectionCode =
  | 'TT_WIRE_POINT_ATTRIBUTE'
  | 'TT_WIRE_POINT_BUCKETS'
  | 'TT_WIRE_POINT_COVER'
  | 'TT_WIRE_POINT_DUPLICATE'
  | 'TT_WIRE_POINT_FUTURE'
  | 'TT_WIRE_POINT_KIND'
  | 'TT_WIRE_POINT_METRIC'
  | 'TT_WIRE_POINT_NEGATIVE'
  | 'TT_WIRE_POINT_NOT_FINITE'
  | 'TT_WIRE_POINT_OVERLAP'
  | 'TT_WIRE_POINT_TEMPORALITY'
  | 'TT_WIRE_POINT_TOO_OLD'
  | 'TT_WIRE_POINT_UNIT'
  | 'TT_WIRE_POINT_VALUE';
