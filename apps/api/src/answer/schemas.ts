/**
 * The shapes of the REST API: one source for checking requests, for writing answers (a field that is not declared
 * here is never sent) and for the OpenAPI document. The types in `@trimtab/wire/rest` say the same for clients.
 */
import { type Static, Type } from 'typebox';

const LARGEST_ID = Number.MAX_SAFE_INTEGER;

const id = (description: string) => Type.Integer({ minimum: 1, maximum: LARGEST_ID, description });
const name = (description: string) => Type.String({ description });
const moment = (description: string) => Type.String({ format: 'date-time', description });
const momentOrNull = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description });
const numberOrNull = (description: string) =>
  Type.Union([Type.Number(), Type.Null()], { description });
const textOrNull = (description: string) =>
  Type.Union([Type.String(), Type.Null()], { description });
const labels = () =>
  Type.Record(Type.String(), Type.String(), { description: 'Allow-listed pod labels.' });
const minutes = (description: string) => Type.Number({ minimum: 0, maximum: 1440, description });
const count = (description: string) => Type.Integer({ minimum: 0, description });

export const Cluster = Type.Object(
  {
    id: id('Id of the cluster.'),
    name: name('Its name within the tenant.'),
    createdAt: moment('When it was registered.'),
    agents: count('Nodes that ever sent usage.'),
    workloads: count('Workloads with usage.'),
    containers: count('Containers of workloads, whatever their replicas.'),
    lastHour: momentOrNull('Start of the newest hour that was packed; null before the first one.'),
  },
  { $id: 'Cluster', additionalProperties: false },
);

export const Workload = Type.Object(
  {
    id: id('Id of the workload.'),
    cluster: name('Name of its cluster.'),
    namespace: name('Kubernetes namespace.'),
    kind: name('Deployment, StatefulSet, DaemonSet, CronJob, Pod, ...'),
    name: name('Kubernetes name.'),
    labels: labels(),
    firstHour: moment('Start of the first hour with usage.'),
    lastHour: moment('Start of the newest hour with usage.'),
    containers: Type.Array(Type.String(), { description: 'Names of its containers, sorted.' }),
  },
  { $id: 'Workload', additionalProperties: false },
);

const Sizes = Type.Object(
  {
    cpuRequest: numberOrNull('Millicores.'),
    cpuLimit: numberOrNull('Millicores.'),
    memoryRequest: numberOrNull('Bytes.'),
    memoryLimit: numberOrNull('Bytes.'),
  },
  { additionalProperties: false, description: 'What the pod’s specification asks for.' },
);

export const Container = Type.Object(
  {
    id: id('Id of the workload container; its recommendation has the same.'),
    workloadId: id('Id of the workload.'),
    cluster: name('Name of the cluster.'),
    namespace: name('Kubernetes namespace.'),
    kind: name('Kind of the workload.'),
    workload: name('Name of the workload.'),
    container: name('Name of the container.'),
    labels: labels(),
    firstHour: moment('Start of the first hour with usage.'),
    lastHour: moment('Start of the newest hour with usage.'),
    sizes: Sizes,
    sizesHour: momentOrNull('Start of the hour that told the sizes; null where none was told.'),
  },
  { $id: 'Container', additionalProperties: false },
);

const Resource = Type.Object(
  {
    current: Type.Object(
      {
        request: numberOrNull('The request in force.'),
        limit: numberOrNull('The limit in force.'),
        whyMissing: textOrNull('Why a number is null; null where both are there.'),
      },
      { additionalProperties: false },
    ),
    recommended: Type.Union([
      Type.Object(
        {
          request: Type.Number({ description: 'The request advised.' }),
          limit: numberOrNull('The limit advised; null where none is.'),
          model: name('The demand model that named the number.'),
          bound: name('The rule that bound it last.'),
        },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
    withheld: Type.Union([
      Type.Object(
        { code: name('Stable code.'), reason: name('What is missing and what would help.') },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
    changePercent: numberOrNull('Recommended against current request; -40 is 40 % less.'),
  },
  { additionalProperties: false, description: 'CPU in millicores, memory in bytes.' },
);

const ProofOrNull = Type.Union(
  [
    Type.Object(
      {
        daysSeen: count('Days with any usage.'),
        daysScored: count('Days that could be judged.'),
        cpu: Type.Union([
          Type.Object(
            {
              daysScored: count('Days on which CPU could be judged.'),
              missedDays: count('Days with usage above the request for too long.'),
              minutesAboveRequestPerDay: minutes('Mean minutes a day above the request.'),
              requestOverUsage: Type.Number({ description: 'Sum of request over sum of usage.' }),
            },
            { additionalProperties: false },
          ),
          Type.Null(),
        ]),
        memory: Type.Union([
          Type.Object(
            {
              daysScored: count('Days on which memory could be judged.'),
              kills: count('Days on which the limit would have been passed.'),
              minutesAboveLimitPerDay: minutes('Mean minutes a day above the limit.'),
              limitOverUsage: Type.Number({ description: 'Sum of limit over sum of usage.' }),
            },
            { additionalProperties: false },
          ),
          Type.Null(),
        ]),
      },
      { additionalProperties: false },
    ),
    Type.Null(),
  ],
  { description: 'Walk-forward record: each day judged with the number named before it.' },
);

const Finding = Type.Object(
  {
    code: name('Stable: killed, leak, throttled, hot-replica, start-up, idle; more may come.'),
    severity: Type.Enum(['info', 'warn'], { description: 'warn: it fails or wastes as it is.' }),
    short: name('A few words for a table.'),
    text: name('One sentence with its numbers and their units.'),
    values: Type.Record(Type.String(), Type.Number(), {
      description: 'The same numbers; names end in their unit where it is not a count.',
    }),
  },
  { additionalProperties: false, description: 'What the numbers alone do not say.' },
);

export const Recommendation = Type.Object(
  {
    id: id('Id of the workload container.'),
    cluster: name('Name of the cluster.'),
    namespace: name('Kubernetes namespace.'),
    kind: name('Kind of the workload.'),
    workload: name('Name of the workload.'),
    container: name('Name of the container.'),
    labels: labels(),
    synthetic: Type.Boolean({ description: 'True where the usage was made up, not recorded.' }),
    preset: Type.Enum(['savings', 'balanced', 'reliability']),
    status: Type.Enum(['recommended', 'partial', 'withheld']),
    cpu: Resource,
    memory: Resource,
    proof: ProofOrNull,
    currentProof: ProofOrNull,
    findings: Type.Array(Finding, { description: 'Warnings first; empty where there are none.' }),
    daysSeen: count('Days with any usage.'),
    asOfDay: Type.String({ format: 'date', description: 'The first day that was not used.' }),
    runId: id('The run that computed it.'),
  },
  { $id: 'Recommendation', additionalProperties: false },
);

export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Address of the page about this kind of problem.' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ description: 'Stable code.' }),
    detail: Type.Optional(Type.String()),
    instance: Type.Optional(Type.String({ description: 'Names this occurrence.' })),
    errors: Type.Optional(
      Type.Array(
        Type.Object({ at: Type.String(), message: Type.String() }, { additionalProperties: false }),
      ),
    ),
  },
  { $id: 'Problem', additionalProperties: false, description: 'RFC 9457.' },
);

/** A page of items that are declared by `$id`. */
function pageOf(item: string) {
  return Type.Object(
    {
      items: Type.Array(Type.Ref(`${item}#`)),
      next: textOrNull('Send back as `cursor` for the next page; null on the last one.'),
      total: count('Items in the whole list as filtered.'),
    },
    { $id: `${item}Page`, additionalProperties: false },
  );
}

/** Every schema with an `$id`, to be added to the listener once. */
export function sharedSchemas() {
  const items = [Cluster, Workload, Container, Recommendation];
  const pages = ['Cluster', 'Workload', 'Container', 'Recommendation'].map(pageOf);
  return [...items, ...pages, Problem];
}

const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 4000, description: '`next` of the page before.' }),
  ),
  order: Type.Optional(Type.Enum(['asc', 'desc'], { default: 'asc' })),
};

const filter = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 253, description }));

const filters = {
  cluster: filter('Name of the cluster, whole.'),
  namespace: filter('Namespace, whole.'),
  kind: filter('Kind of the workload, whole.'),
  workload: filter('Text that the workload’s name contains, whatever its case.'),
  synthetic: Type.Optional(
    Type.Boolean({ description: 'Only usage that was made up (true) or recorded (false).' }),
  ),
};

export const ClustersQuery = Type.Object({ ...paging }, { additionalProperties: false });

export const WorkloadsQuery = Type.Object(
  { ...paging, ...filters, sort: Type.Optional(Type.Enum(['name', 'lastHour'])) },
  { additionalProperties: false },
);

export const ContainersQuery = Type.Object(
  {
    ...paging,
    ...filters,
    sort: Type.Optional(Type.Enum(['name', 'cpuRequest', 'memoryRequest', 'lastHour'])),
  },
  { additionalProperties: false },
);

export const RecommendationsQuery = Type.Object(
  {
    ...paging,
    ...filters,
    status: Type.Optional(Type.Enum(['recommended', 'partial', 'withheld'])),
    sort: Type.Optional(
      Type.Enum([
        'name',
        'cpuChange',
        'memoryChange',
        'cpuCurrent',
        'memoryCurrent',
        'cpuRecommended',
        'memoryRecommended',
        'minutesAboveRequest',
      ]),
    ),
  },
  { additionalProperties: false },
);

export const ItemParams = Type.Object({ id: id('Id of the item.') });

/** What a list may be asked, whichever list it is. */
export type PagingQuery = Static<typeof ClustersQuery>;
