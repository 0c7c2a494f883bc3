import type { Log } from '@trimtab/daemon';
import type { Database } from '@trimtab/store';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../auth/index.ts';

/** What routes need to answer a request. */
export interface Asking {
  /** Acts as trimtab_api. */
  readonly db: Database;
  readonly log: Log;
  /** Who asks; known for every path below /api/v1. */
  principalOf(request: FastifyRequest): Principal;
}
