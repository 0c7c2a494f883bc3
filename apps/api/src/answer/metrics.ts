import type { Counter, Histogram, Metrics } from '@trimtab/daemon';

/** What the people's listener counts. */
export interface AnswerMetrics {
  readonly requests: Counter<'method' | 'route' | 'status'>;
  readonly seconds: Histogram<'route'>;
}

/** Declares the metrics of the people's listener. */
export function answerMetrics(metrics: Metrics): AnswerMetrics {
  return {
    requests: metrics.counter('trimtab_answer_requests_total', 'Requests of people and programs.', [
      'method',
      'route',
      'status',
    ]),
    seconds: metrics.histogram(
      'trimtab_answer_request_seconds',
      'Time from the head of a request to its answer.',
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      ['route'],
    ),
  };
}
