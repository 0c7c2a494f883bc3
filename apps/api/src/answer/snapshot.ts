import type { Tx } from '@trimtab/store';
import type { FastifyRequest } from 'fastify';
import type { Asking } from './asking.ts';

/**
 * Runs the statements of one request in one repeatable-read transaction, so that a page and its total are of one
 * moment, with the tenant of the request's key set: row-level security hides every other tenant's rows.
 */
export async function inSnapshot<T>(
  asking: Asking,
  request: FastifyRequest,
  read: (tx: Tx) => Promise<T>,
): Promise<T> {
  const { tenantId } = asking.principalOf(request);
  return await asking.db.transaction(read, {
    tenants: [tenantId],
    isolation: 'repeatable read',
  });
}
