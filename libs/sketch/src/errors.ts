/** Why a sketch refused something; the codes are stable, the messages are for people. */
export type SketchErrorCode =
  | 'TT_SKETCH_BAD_VALUE'
  | 'TT_SKETCH_BAD_COUNT'
  | 'TT_SKETCH_BAD_OPTION'
  | 'TT_SKETCH_BAD_QUANTILE'
  | 'TT_SKETCH_BAD_WEIGHT'
  | 'TT_SKETCH_BAD_PARTS'
  | 'TT_SKETCH_CORRUPT';

/** Thrown by every refusal of this package; the sketch it was asked of is unchanged. */
export class SketchError extends Error {
  override readonly name = 'SketchError';
  readonly code: SketchErrorCode;

  constructor(code: SketchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
