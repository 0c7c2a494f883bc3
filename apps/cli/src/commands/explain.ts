import type { RecommendationView } from '@trimtab/wire/rest';
import { askAll } from '../ask/client.ts';
import type { Context } from '../ask/context.ts';
import { CliError, EXIT } from '../errors.ts';
import { explanation } from '../show/explain.ts';

const MOST = 20;

/**
 * Explains every container of the workloads whose name is exactly `workload`, or, where none is, contains it.
 * `namespace/workload` narrows to one namespace. Throws CliError where nothing fits.
 */
export async function explain(
  context: Context,
  workload: string,
  options: { readonly cluster?: string; readonly json: boolean },
): Promise<string> {
  const slash = workload.indexOf('/');
  const name = slash < 0 ? workload : workload.slice(slash + 1);
  const { items } = await askAll<RecommendationView>(context, 'recommendations', {
    workload: name,
    cluster: options.cluster,
    namespace: slash < 0 ? undefined : workload.slice(0, slash),
  });
  const exact = items.filter((row) => row.workload === name);
  const found = (exact.length > 0 ? exact : items).slice(0, MOST);
  if (found.length === 0) {
    throw new CliError(
      'TT_CLI_ARGUMENT',
      `found no workload whose name contains '${name}'; \`trimtab recs\` lists all`,
      { exitCode: EXIT.usage },
    );
  }
  if (options.json) return JSON.stringify(found, null, 2);
  return found.map(explanation).join('\n\n');
}
