/**
 * The numbers of this product, each told apart by its unit. A brand costs nothing at run time:
 * it stops the type checker from letting millicores through where bytes are meant.
 */
declare const unit: unique symbol;
type Branded<Name extends string> = number & { readonly [unit]: Name };

/** CPU in cores (OpenTelemetry `{cpu}`); fractional. Used in sketches, trace files and on the wire only. */
export type Cores = Branded<'cores'>;
/** CPU in thousandths of a core; fractional values are allowed, a Kubernetes quantity rounds up. */
export type Millicores = Branded<'millicores'>;
/** Memory in bytes; whole and at least zero. */
export type Bytes = Branded<'bytes'>;
/** Milliseconds since 1970-01-01T00:00Z. */
export type EpochMs = Branded<'epoch-ms'>;
/** A span of time in milliseconds; may be zero, never negative. */
export type DurationMs = Branded<'duration-ms'>;
/** Whole hours since 1970-01-01T00:00Z. */
export type EpochHour = Branded<'epoch-hour'>;
/** Whole days since 1970-01-01T00:00Z. */
export type EpochDay = Branded<'epoch-day'>;
/** Money in millionths of the price sheet's currency unit; may be negative (a cost that grew). */
export type Money = Branded<'money-micros'>;
