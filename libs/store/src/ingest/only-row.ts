import { StoreError } from '../errors.ts';

/** The one row of a statement that always gives one; TT_STORE_ROW_MISSING where it did not. */
export function onlyRow<R>(rows: readonly R[], table: string): R {
  const row = rows[0];
  if (row === undefined || rows.length > 1) {
    throw new StoreError(
      'TT_STORE_ROW_MISSING',
      `${table}: found ${rows.length} rows; expected exactly one from an insert that returns what it wrote`,
    );
  }
  return row;
}
