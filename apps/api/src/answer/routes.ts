import type { FastifyInstance } from 'fastify';
import { ApiError } from '../errors.ts';
import type { Asking } from './asking.ts';
import { clusterRoutes, containerRoutes, workloadRoutes } from './inventory-routes.ts';
import { recommendationRoutes } from './recommendation-routes.ts';

/** Adds every path below /api/v1, each with a refusal of the methods it does not have. */
export function addRoutes(app: FastifyInstance, asking: Asking): void {
  const paths = new Set<string>();
  app.addHook('onRoute', (route) => {
    if (route.method === 'GET') paths.add(route.url.slice(app.prefix.length));
  });
  clusterRoutes(app, asking);
  workloadRoutes(app, asking);
  containerRoutes(app, asking);
  recommendationRoutes(app, asking);
  for (const url of paths) refuseOtherMethods(app, url);
}

function refuseOtherMethods(app: FastifyInstance, url: string): void {
  const method = app.supportedMethods.filter((name) => name !== 'GET' && name !== 'HEAD');
  app.route({
    ...{ method, url },
    schema: { hide: true },
    handler: (request) => {
      throw new ApiError('TT_API_METHOD', `found ${request.method}; expected GET or HEAD`, {
        headers: { allow: 'GET, HEAD' },
      });
    },
  });
}
