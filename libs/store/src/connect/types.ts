/**
 * How values come back from PostgreSQL, set for each connection and never for the whole process.
 *
 * | type | JavaScript |
 * |---|---|
 * | int2, int4, float4, float8 | number |
 * | int8 | number when it is a safe integer, else bigint |
 * | int8[] (one dimension) | array of the same |
 * | numeric, multiranges, ranges, interval | string |
 * | timestamptz | Date |
 * | json, jsonb | the parsed value, of unknown shape: the statement that reads it checks it |
 * | bytea | Buffer |
 */
import pg from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;

/** Parsers for one connection; the driver's own for every type that is not listed above. */
export const CONNECTION_TYPES: pg.CustomTypesConfig = { getTypeParser };

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8 && format !== 'binary') return parseInt8;
  if (oid === INT8_ARRAY && format !== 'binary') return parseInt8Array;
  return pg.types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text');
}

function parseInt8(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function parseInt8Array(text: string): (number | bigint | null)[] {
  if (text === '{}') return [];
  const items = text.slice(1, -1).split(',');
  return items.map((item) => (item === 'NULL' ? null : parseInt8(item)));
}
