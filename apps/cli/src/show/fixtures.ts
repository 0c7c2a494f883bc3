import type { RecommendationView } from '@trimtab/wire/rest';

/** A recommendation with everything there; for tests. */
export const FULL: RecommendationView = {
  id: 1,
  cluster: 'prod',
  namespace: 'shop',
  kind: 'Deployment',
  workload: 'cart',
  container: 'main',
  labels: {},
  synthetic: false,
  preset: 'balanced',
  status: 'recommended',
  cpu: {
    current: { request: 1000, limit: null, whyMissing: 'the pods have no CPU limit' },
    recommended: { request: 250, limit: null, model: 'recent-peak', bound: 'peak of 8 days' },
    withheld: null,
    changePercent: -75,
  },
  memory: {
    current: { request: 1_073_741_824, limit: 1_073_741_824, whyMissing: null },
    recommended: {
      request: 536_870_912,
      limit: 536_870_912,
      model: 'recent-peak',
      bound: 'peak of 8 days + 15 % margin',
    },
    withheld: null,
    changePercent: -50,
  },
  proof: {
    daysSeen: 14,
    daysScored: 11,
    cpu: {
      daysScored: 11,
      missedDays: 0,
      minutesAboveRequestPerDay: 2.4,
      requestOverUsage: 1.5,
    },
    memory: { daysScored: 11, kills: 0, minutesAboveLimitPerDay: 0, limitOverUsage: 1.3 },
  },
  currentProof: null,
  findings: [],
  daysSeen: 14,
  asOfDay: '2026-11-24',
  runId: 7,
};

/** One without memory readings and without requests. */
export const CPU_ONLY: RecommendationView = {
  ...FULL,
  id: 2,
  workload: 'vm',
  status: 'partial',
  cpu: {
    ...FULL.cpu,
    current: { request: null, limit: null, whyMissing: 'no request was told' },
    changePercent: null,
  },
  memory: {
    current: { request: null, limit: null, whyMissing: 'no request was told' },
    recommended: null,
    withheld: { code: 'not-measured', reason: 'this source has no memory readings' },
    changePercent: null,
  },
  proof: FULL.proof === null ? null : { ...FULL.proof, memory: null },
};

/** One that leaks, and that needs more to start. */
export const LEAKING: RecommendationView = {
  ...FULL,
  id: 3,
  workload: 'session-cache',
  findings: [
    {
      code: 'leak',
      severity: 'warn',
      short: 'memory leak, 168 MiB/day',
      text: 'memory grows by 168 MiB a day between 3 restarts, and does not level off',
      values: { bytesPerDay: 176_160_768, restarts: 3 },
    },
    {
      code: 'start-up',
      severity: 'info',
      short: 'start-up 1.5 cores',
      text: 'start-up needs 1.5 cores for up to 5 minutes after a start; the steady state needs 115m',
      values: { startUpMillicores: 1500, steadyMillicores: 115 },
    },
  ],
};
