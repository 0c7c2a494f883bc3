import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { boolArray, byteaArray, float8Array, int4Array, int8Array, textArray } from './arrays.ts';
import { connect, type Database } from './connect/index.ts';
import { type TestDatabase, testDatabase } from './testing/index.ts';

const RUNS = { numRuns: 60 };
const int64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
const nullable = <T>(item: fc.Arbitrary<T>) => fc.array(fc.option(item), { maxLength: 50 });

describe('array parameters through a real server', () => {
  let database: TestDatabase;
  let db: Database;
  before(async () => {
    database = await testDatabase();
    db = connect({ url: database.url, poolSize: 1, applicationName: 'test' });
  });
  after(async () => {
    await db.close();
    await database.stop();
  });

  async function roundTrip(type: string, array: Buffer): Promise<unknown[]> {
    const rows = await db.query<{ v: unknown }>(`select v from unnest($1::${type}[]) v`, [array]);
    return rows.map((row) => row.v);
  }

  it('brings back every int4 and null', () =>
    fc.assert(
      fc.asyncProperty(nullable(fc.integer()), async (values) => {
        assert.deepEqual(await roundTrip('int4', int4Array(values)), values);
      }),
      RUNS,
    ));

  it('brings back every int8, as a number where that is exact', () =>
    fc.assert(
      fc.asyncProperty(nullable(fc.oneof(int64, fc.maxSafeInteger())), async (values) => {
        const expected = values.map((value) =>
          value !== null && Number.isSafeInteger(Number(value)) ? Number(value) : value,
        );

        assert.deepEqual(await roundTrip('int8', int8Array(values)), expected);
      }),
      RUNS,
    ));

  it('brings back every double', () =>
    fc.assert(
      fc.asyncProperty(nullable(fc.double()), async (values) => {
        assert.deepEqual(await roundTrip('float8', float8Array(values)), values);
      }),
      RUNS,
    ));

  it('brings back truth values', () =>
    fc.assert(
      fc.asyncProperty(nullable(fc.boolean()), async (values) => {
        assert.deepEqual(await roundTrip('bool', boolArray(values)), values);
      }),
      RUNS,
    ));

  it('brings back text of any script', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
    return fc.assert(
      fc.asyncProperty(nullable(text), async (values) => {
        assert.deepEqual(await roundTrip('text', textArray(values)), values);
      }),
      RUNS,
    );
  });

  it('brings back bytes', () =>
    fc.assert(
      fc.asyncProperty(nullable(fc.uint8Array({ maxLength: 300 })), async (values) => {
        const expected = values.map((value) => (value === null ? null : Buffer.from(value)));

        assert.deepEqual(await roundTrip('bytea', byteaArray(values)), expected);
      }),
      RUNS,
    ));
});
