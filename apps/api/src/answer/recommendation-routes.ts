import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  getRecommendation,
  listRecommendations,
  newestRun,
  type RecommendationRow,
  type RecommendationSort,
} from '@trimtab/store/answer';
import type { Page, RecommendationView } from '@trimtab/wire/rest';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { ApiError } from '../errors.ts';
import type { Asking } from './asking.ts';
import { answersWith } from './documented.ts';
import { type EvidenceReader, evidenceReader } from './evidence.ts';
import { noSuchItem } from './inventory-routes.ts';
import { listAsk, pageOf } from './lists.ts';
import { ItemParams, RecommendationsQuery } from './schemas.ts';
import { inSnapshot } from './snapshot.ts';
import { recommendationView } from './views.ts';

type ListQuery = Static<typeof RecommendationsQuery>;
type View = (row: RecommendationRow) => RecommendationView | undefined;

/** GET /recommendations and /recommendations/{id}: what is in force since the newest committed run. */
export function recommendationRoutes(app: FastifyInstance, asking: Asking): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const view = viewOf(asking, evidenceReader());
  typed.get(
    '/recommendations',
    {
      schema: {
        operationId: 'listRecommendations',
        summary: 'Recommendations in force',
        querystring: RecommendationsQuery,
        response: answersWith('RecommendationPage', [400]),
      },
    },
    async (request, reply) => {
      const page = await readPage(asking, request, view);
      return answerOfRun(request, reply, page.runId, page.body);
    },
  );
  typed.get(
    '/recommendations/:id',
    {
      schema: {
        operationId: 'getRecommendation',
        summary: 'The recommendation of one container',
        params: ItemParams,
        response: answersWith('Recommendation', [400, 404]),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const found = await inSnapshot(asking, request, async (tx) => {
        const runId = await newestRun(tx);
        const row = runId === undefined ? undefined : await getRecommendation(tx, { runId, id });
        return { runId, row };
      });
      if (found.row === undefined) throw noSuchItem('recommendation', id);
      return answerOfRun(request, reply, found.runId, view(found.row) ?? unreadable(id));
    },
  );
}

async function readPage(
  asking: Asking,
  request: FastifyRequest<{ Querystring: ListQuery }>,
  view: View,
): Promise<{ runId: number | undefined; body: Page<RecommendationView> | undefined }> {
  const ask = listAsk('recommendations', request.query);
  const sort: RecommendationSort = request.query.sort ?? 'name';
  const filter = request.query;
  return await inSnapshot(asking, request, async (tx) => {
    const newest = await newestRun(tx);
    // A cursor is the client's: it may name an older run, never one that is not committed.
    const runId = newest === undefined ? undefined : Math.min(ask.runId ?? newest, newest);
    if (runId === undefined) return { runId, body: { items: [], next: null, total: 0 } };
    if (isKnown(request, runId)) return { runId, body: undefined };
    const rows = await listRecommendations(tx, { ...ask, runId, sort, filter });
    return { runId, body: pageOf(ask, rows, view, runId) };
  });
}

/**
 * Answers change with the run only, so the run is the tag: 304 where the client has it already. Weak, since the
 * labels shown are the newest ones told, which may be one run ahead.
 */
function answerOfRun(
  request: FastifyRequest,
  reply: FastifyReply,
  runId: number | undefined,
  body: unknown,
): FastifyReply {
  void reply.header('cache-control', 'private, no-cache').header('vary', 'authorization');
  if (runId === undefined) return reply.send(body);
  void reply.header('etag', tagOf(runId));
  return isKnown(request, runId) ? reply.code(304).send() : reply.send(body);
}

function isKnown(request: FastifyRequest, runId: number): boolean {
  const known = request.headers['if-none-match'] ?? '';
  return known.split(',').some((tag) => tag.trim() === tagOf(runId));
}

function tagOf(runId: number): string {
  return `W/"run-${runId}"`;
}

/** One row that cannot be read is left out and told in the log; the rest of the page goes on. */
function viewOf(asking: Asking, readEvidence: EvidenceReader): View {
  return (row) => {
    const evidence = readEvidence(row.evidence);
    if (evidence !== undefined) return recommendationView(row, evidence);
    asking.log.error('evidence-unreadable', { wcId: row.id, runId: row.runId });
    return undefined;
  };
}

function unreadable(id: number): never {
  throw new ApiError(
    'TT_API_FAULT',
    `recommendation ${id}: its stored evidence cannot be read; expected what a controller of this version writes`,
  );
}
