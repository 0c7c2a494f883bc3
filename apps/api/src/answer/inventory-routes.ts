import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  type ContainerSort,
  getWorkload,
  listClusters,
  listContainers,
  listWorkloads,
  type WorkloadFilter,
  type WorkloadSort,
} from '@trimtab/store/answer';
import type { ClusterView, ContainerView, Page, WorkloadView } from '@trimtab/wire/rest';
import type { FastifyInstance } from 'fastify';
import { ApiError } from '../errors.ts';
import type { Asking } from './asking.ts';
import { answersWith } from './documented.ts';
import { listAsk, pageOf } from './lists.ts';
import { ClustersQuery, ContainersQuery, ItemParams, WorkloadsQuery } from './schemas.ts';
import { inSnapshot } from './snapshot.ts';
import { clusterView, containerView, workloadView } from './views.ts';

/** GET /clusters. */
export function clusterRoutes(app: FastifyInstance, asking: Asking): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get(
    '/clusters',
    {
      schema: {
        operationId: 'listClusters',
        summary: 'The tenant’s clusters by name',
        querystring: ClustersQuery,
        response: answersWith('ClusterPage', [400]),
      },
    },
    async (request): Promise<Page<ClusterView>> => {
      const ask = listAsk('clusters', request.query);
      const page = await inSnapshot(asking, request, (tx) => listClusters(tx, ask));
      return pageOf(ask, page, clusterView);
    },
  );
}

/** GET /workloads and /workloads/{id}. */
export function workloadRoutes(app: FastifyInstance, asking: Asking): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get(
    '/workloads',
    {
      schema: {
        operationId: 'listWorkloads',
        summary: 'Workloads with usage',
        querystring: WorkloadsQuery,
        response: answersWith('WorkloadPage', [400]),
      },
    },
    async (request): Promise<Page<WorkloadView>> => {
      const ask = listAsk('workloads', request.query);
      const sort: WorkloadSort = request.query.sort ?? 'name';
      const filter: WorkloadFilter = request.query;
      const page = await inSnapshot(asking, request, (tx) =>
        listWorkloads(tx, { ...ask, sort, filter }),
      );
      return pageOf(ask, page, workloadView);
    },
  );
  typed.get(
    '/workloads/:id',
    {
      schema: {
        operationId: 'getWorkload',
        summary: 'One workload',
        params: ItemParams,
        response: answersWith('Workload', [400, 404]),
      },
    },
    async (request): Promise<WorkloadView> => {
      const { id } = request.params;
      const row = await inSnapshot(asking, request, (tx) => getWorkload(tx, id));
      if (row === undefined) throw noSuchItem('workload', id);
      return workloadView(row);
    },
  );
}

/** GET /containers. */
export function containerRoutes(app: FastifyInstance, asking: Asking): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get(
    '/containers',
    {
      schema: {
        operationId: 'listContainers',
        summary: 'Containers of workloads, pooled over replicas',
        querystring: ContainersQuery,
        response: answersWith('ContainerPage', [400]),
      },
    },
    async (request): Promise<Page<ContainerView>> => {
      const ask = listAsk('containers', request.query);
      const sort: ContainerSort = request.query.sort ?? 'name';
      const filter: WorkloadFilter = request.query;
      const page = await inSnapshot(asking, request, (tx) =>
        listContainers(tx, { ...ask, sort, filter }),
      );
      return pageOf(ask, page, containerView);
    },
  );
}

/** The same words whether an item does not exist or is another tenant's. */
export function noSuchItem(kind: string, id: number): ApiError {
  return new ApiError(
    'TT_API_NOT_FOUND',
    `found no ${kind} ${id}; expected an id from the list of them`,
  );
}
