import type { ByteReader, ByteWriter } from '@trimtab/sketch/bytes';
import { type Bytes, bytes } from '@trimtab/units';
import { presentFields } from './present.ts';

/** What happened to a container, besides what it used. */
export interface Events {
  readonly throttledSeconds?: number;
  readonly oomKills?: number;
  readonly oomLimit?: Bytes;
  readonly restarts?: number;
}

const THROTTLED = 1 << 5;
const KILLED = 1 << 6;
const LIMITED = 1 << 7;
const RESTARTED = 1 << 8;

/** Two bits at a place of each format's own: nobody counted kills, nobody counted restarts. Without them, none of a kind is zero. */
const KILLS_UNCOUNTED = 1;
const RESTARTS_UNCOUNTED = 2;

/** Bits 5 to 8 of a format's flags, and the two from bit `uncountedShift` on. */
export function eventFlags(events: Events, uncountedShift: number): number {
  const uncounted =
    (events.oomKills === undefined ? KILLS_UNCOUNTED : 0) |
    (events.restarts === undefined ? RESTARTS_UNCOUNTED : 0);
  return (
    (events.throttledSeconds === undefined ? 0 : THROTTLED) |
    (hasAny(events.oomKills) ? KILLED : 0) |
    (events.oomLimit === undefined ? 0 : LIMITED) |
    (hasAny(events.restarts) ? RESTARTED : 0) |
    (uncounted << uncountedShift)
  );
}

/** Writes what `eventFlags` names: throttled seconds, kills, the limit at a kill, restarts. */
export function writeEvents(writer: ByteWriter, events: Events): void {
  if (events.throttledSeconds !== undefined) writer.taggedDouble(events.throttledSeconds);
  if (hasAny(events.oomKills)) writer.varint(events.oomKills);
  if (events.oomLimit !== undefined) writer.taggedDouble(events.oomLimit);
  if (hasAny(events.restarts)) writer.varint(events.restarts);
}

/** Reads what the flags name. */
export function readEvents(reader: ByteReader, flags: number, uncountedShift: number): Events {
  const uncounted = flags >> uncountedShift;
  const count = (isTold: boolean, isUncounted: boolean, what: string): number | undefined => {
    if (!isTold) return isUncounted ? undefined : 0;
    if (isUncounted)
      throw reader.corrupt(`${what} that were not counted; expected one or the other`);
    return reader.varint();
  };
  return presentFields({
    throttledSeconds: (flags & THROTTLED) > 0 ? seconds(reader) : undefined,
    oomKills: count((flags & KILLED) > 0, (uncounted & KILLS_UNCOUNTED) > 0, 'kills'),
    oomLimit: (flags & LIMITED) > 0 ? bytes(reader.taggedDouble()) : undefined,
    restarts: count((flags & RESTARTED) > 0, (uncounted & RESTARTS_UNCOUNTED) > 0, 'restarts'),
  });
}

function hasAny(count: number | undefined): count is number {
  return count !== undefined && count > 0;
}

/** A number of seconds, from zero up. */
export function seconds(reader: ByteReader): number {
  const value = reader.taggedDouble();
  if (value >= 0 && Number.isFinite(value)) return value;
  throw reader.corrupt(`${value} seconds; expected a finite number from zero up`);
}
