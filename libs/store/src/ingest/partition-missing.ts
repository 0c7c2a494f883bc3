/**
 * True for PostgreSQL's refusal of a row that no partition of `table` takes: SQLSTATE 23514 without the name
 * of a constraint (a failed check constraint has the same code and names it).
 */
export function isPartitionMissing(error: unknown, table: string): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const fields: { code?: unknown; table?: unknown; constraint?: unknown } = error;
  return fields.code === '23514' && fields.constraint === undefined && fields.table === table;
}
