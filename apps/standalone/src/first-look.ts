import { askAll, type createProgress, LEGEND, recommendationTable } from '@trimtab/cli';
import type { Clock, Log } from '@trimtab/daemon';
import type { RecommendationView } from '@trimtab/wire/rest';
import { type DataFolder, keepReplayState, markLoaded } from './keep/index.ts';
import { loadSamples } from './load/index.ts';
import type { Platform } from './platform.ts';

/** What the first look is made of. */
export interface FirstLook {
  readonly platform: Platform;
  readonly folder: DataFolder;
  readonly progress: ReturnType<typeof createProgress>;
  readonly clock: Clock;
  readonly log: Log;
  readonly json: boolean;
  readonly color: boolean;
  /** Standard output. */
  print(text: string): void;
  /** Standard error. */
  tell(text: string): void;
}

const POLL_MS = 200;

/** Loads the recorded usage unless it was loaded before, has it analysed, and prints what came out. */
export async function firstLook(look: FirstLook): Promise<void> {
  const state = keepReplayState(look.folder, look.clock.now());
  if (!state.isLoaded) {
    await load(look, state.end);
    markLoaded(look.folder, state);
  }
  await analyse(look);
  const { items, total } = await askAll<RecommendationView>(
    look.platform.context,
    'recommendations',
    {
      sort: 'name',
    },
  );
  if (look.json) {
    look.print(JSON.stringify(items, null, 2));
  } else {
    look.print(`\n${recommendationTable(items, { color: look.color })}\n`);
    look.print(`${total} workload containers: ${countsOf(items)}.`);
    for (const line of LEGEND) look.print(line);
  }
  introduce(look);
}

async function load(
  look: FirstLook,
  end: ReturnType<typeof keepReplayState>['end'],
): Promise<void> {
  const { platform, folder, progress, clock, log } = look;
  const { api, clusters, secrets } = platform;
  const step = progress.step('sending recorded usage', 'batches');
  const { series, batches } = await loadSamples(
    (set) => {
      const cluster = clusters.get(set);
      if (cluster === undefined) throw new Error(`no cluster was registered for the set ${set}`);
      return {
        ...cluster,
        endpoint: new URL(`https://127.0.0.1:${api.agentsPort}/v1/metrics`),
        authority: secrets.authority,
        queueDir: folder.path('queue', set),
        ...{ end, log, clock },
      };
    },
    (done, total) => step.update(done, total),
  );
  step.done(`${series} series in ${batches} batches acknowledged`);
}

/** Packs, closes and analyses, showing whichever is under way. */
async function analyse({ platform, progress, clock }: FirstLook): Promise<void> {
  const { controller } = platform;
  const step = progress.step('packing and analysing', 'pieces of work');
  const show = () => {
    const { bodiesPacked, bodiesWaiting, run } = controller.packed();
    const done = bodiesPacked + (run === undefined ? 0 : run.shardsDone + run.shardsSetAside);
    step.update(done, bodiesPacked + bodiesWaiting + (run?.shardsTotal ?? 0));
  };
  const stopShowing = new AbortController();
  const showing = showUntil(show, clock, stopShowing.signal);
  try {
    const summary = await controller.runNow();
    step.done(`${summary.containers} containers analysed`);
  } finally {
    stopShowing.abort();
    await showing;
  }
}

async function showUntil(show: () => void, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    show();
    await clock.sleep(POLL_MS, signal).catch(() => undefined);
  }
}

function countsOf(rows: readonly RecommendationView[]): string {
  const count = (status: RecommendationView['status']) =>
    rows.filter((row) => row.status === status).length;
  return `${count('recommended')} with both numbers, ${count('partial')} with one of two, ${count('withheld')} withheld`;
}

function introduce({ platform, folder, tell }: FirstLook): void {
  const { context, isNewKey } = platform;
  tell('');
  tell(`REST:     ${context.url}/api/v1/recommendations   (OpenAPI: ${context.url}/openapi.json)`);
  tell(
    isNewKey
      ? `API key:  ${context.key}   (shown this once; kept for the CLI in ${folder.path('context.json')})`
      : `API key:  as shown at the first start; kept for the CLI in ${folder.path('context.json')}`,
  );
  tell(
    'Next:     npx trimtab explain WORKLOAD    npx trimtab recs --status withheld    Ctrl-C stops',
  );
}
