import type { RecommendationView } from '@trimtab/wire/rest';
import { askAll } from '../ask/client.ts';
import type { Context } from '../ask/context.ts';
import { recommendationCsv } from '../show/csv.ts';
import { LEGEND, recommendationTable } from '../show/recommendations.ts';

/** What `trimtab recs` may be asked for; absent = not filtered. */
export interface RecsOptions {
  readonly cluster?: string;
  readonly namespace?: string;
  readonly kind?: string;
  readonly workload?: string;
  readonly status?: string;
  readonly sort?: string;
  /** Largest first. */
  readonly desc?: boolean;
  readonly limit?: number;
  readonly output: 'table' | 'wide' | 'json' | 'csv';
}

/** The recommendations in force as text in the wanted form. Throws CliError. */
export async function recs(
  context: Context,
  options: RecsOptions,
  color: boolean,
): Promise<string> {
  const { limit, output, desc, ...query } = options;
  const { items, total } = await askAll<RecommendationView>(
    context,
    'recommendations',
    { ...query, order: desc ? 'desc' : undefined },
    limit,
  );
  if (output === 'json') return JSON.stringify(items, null, 2);
  if (output === 'csv') return recommendationCsv(items);
  const count = `${items.length} of ${total} workload containers.`;
  return [
    recommendationTable(items, { color, wide: output === 'wide' }),
    '',
    count,
    ...LEGEND,
  ].join('\n');
}
