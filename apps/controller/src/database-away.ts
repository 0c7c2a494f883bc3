import { isUnavailable, sqlState } from '@trimtab/store';

/** Statement timeout, serialization failure, deadlock, lock not had: of one statement, while the database is well. */
const OWN_TROUBLE = ['57014', '40001', '40P01', '55P03'];

/**
 * Whether the database as a whole is away, so that trying other work would fail too. False for trouble of one piece of
 * work, which must not stop the rest.
 */
export function isDatabaseAway(error: unknown): boolean {
  return isUnavailable(error) && !OWN_TROUBLE.includes(sqlState(error) ?? '');
}
