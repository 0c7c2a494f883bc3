import type { ByteReader, ByteWriter } from '@trimtab/sketch/bytes';
import { type Bytes, bytes } from '@trimtab/units';
import { presentFields } from './present.ts';

/** What happened to a container, besides what it used. */
export interface Events {
  readonly throttledSeconds?: number;
  readonly oomKills: number;
  readonly oomLimit?: Bytes;
  readonly restarts: number;
}

const THROTTLED = 1 << 5;
const KILLED = 1 << 6;
const LIMITED = 1 << 7;
const RESTARTED = 1 << 8;

/** Bits 5 to 8 of a format's flags. */
export function eventFlags(events: Events): number {
  return (
    (events.throttledSeconds === undefined ? 0 : THROTTLED) |
    (events.oomKills > 0 ? KILLED : 0) |
    (events.oomLimit === undefined ? 0 : LIMITED) |
    (events.restarts > 0 ? RESTARTED : 0)
  );
}

/** Writes what `eventFlags` names: throttled seconds, kills, the limit at a kill, restarts. */
export function writeEvents(writer: ByteWriter, events: Events): void {
  if (events.throttledSeconds !== undefined) writer.taggedDouble(events.throttledSeconds);
  if (events.oomKills > 0) writer.varint(events.oomKills);
  if (events.oomLimit !== undefined) writer.taggedDouble(events.oomLimit);
  if (events.restarts > 0) writer.varint(events.restarts);
}

/** Reads what the flags name. */
export function readEvents(reader: ByteReader, flags: number): Events {
  return presentFields({
    throttledSeconds: (flags & THROTTLED) > 0 ? seconds(reader) : undefined,
    oomKills: (flags & KILLED) > 0 ? reader.varint() : 0,
    oomLimit: (flags & LIMITED) > 0 ? bytes(reader.taggedDouble()) : undefined,
    restarts: (flags & RESTARTED) > 0 ? reader.varint() : 0,
  });
}

/** A number of seconds, from zero up. */
export function seconds(reader: ByteReader): number {
  const value = reader.taggedDouble();
  if (value >= 0 && Number.isFinite(value)) return value;
  throw reader.corrupt(`${value} seconds; expected a finite number from zero up`);
}
