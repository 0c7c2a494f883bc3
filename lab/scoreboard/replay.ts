/**
 * The one place of the scoreboard that knows how `@trimtab/analysis` replays. Everything else reads the
 * records made here, so another policy or another replay is a change of this file.
 */
import { defaultPlan, type Preset } from '@trimtab/analysis';
import {
  daysOf,
  EVALUATION_DEFAULTS,
  FleetReplay,
  isScored,
  replaySeries,
  type SeriesRecord,
  withPeers,
} from '@trimtab/analysis/evaluate';
import { type Policy, sortedMeasured } from '@trimtab/analysis/peers';
import type { TraceSeries } from '@trimtab/traces';
import {
  type Contestant,
  type Family,
  RESOURCES,
  type ReplayedSet,
  type Resource,
} from './replayed-set.ts';

/** The two halves of a set's replay: they do not depend on each other and can run side by side. */
export type Part = 'own' | 'peers';

const PRESETS: readonly Preset[] = ['savings', 'balanced', 'reliability'];

/** Series that use less on average are left out of the scores, as in the protocol's reference. */
export const IDLE_BELOW = EVALUATION_DEFAULTS.idleBelow;

/** Seed of the draws behind all intervals. */
export const SEED = EVALUATION_DEFAULTS.seed;

const FAMILY_NAMES = ['VPA', 'KRR', 'max of k days', 'Autopilot window'];

/** Replays all series of a set for our presets or for the peers; `onProgress` hears how many series of how many are through. */
export function replay(
  part: Part,
  series: readonly TraceSeries[],
  onProgress: (done: number, total: number) => void = () => {},
): ReplayedSet {
  const all = withPeers(part === 'own' ? ownPolicies(series) : []);
  const none = { families: { cpu: [], memory: [] }, defaults: [] };
  const contestants = part === 'own' ? { ...all, ...none } : all;
  const records: Record<Resource, SeriesRecord[]> = { cpu: [], memory: [] };
  for (const [place, one] of series.entries()) {
    const replayed = replaySeries(one, contestants);
    for (const resource of RESOURCES) records[resource].push(replayed[resource]);
    onProgress(place + 1, series.length);
  }
  const { families } = contestants;
  return {
    contestants: part === 'own' ? PRESETS.map(ownContestant) : all.defaults.map(peerContestant),
    families: { cpu: families.cpu.map(familyOf), memory: families.memory.map(familyOf) },
    records,
  };
}

/** Our presets as they name sizes when all series of the set are one fleet. */
function ownPolicies(series: readonly TraceSeries[]): Policy[] {
  const fleet = new FleetReplay(PRESETS.map((preset) => defaultPlan(preset)));
  for (const one of series) fleet.observe(one);
  return fleet.policies();
}

/** The measured windows, in rising order, of each day of `judged` that the replay of `shown` scores. */
export function scoredWindows(
  shown: TraceSeries,
  judged: TraceSeries,
  resource: Resource,
): Float64Array[] {
  const days = daysOf(judged);
  return daysOf(shown)
    .filter((day) => isScored(day, resource))
    .map(({ day }) => {
      const windows = days[day];
      return windows === undefined ? new Float64Array(0) : sortedMeasured(windows, resource);
    });
}

function ownContestant(preset: Preset): Contestant {
  return { name: `trimtab ${preset}`, kind: 'own', statedRisk: defaultPlan(preset).missTarget };
}

function peerContestant(peer: { readonly name: string }): Contestant {
  return { name: peer.name, kind: 'peer' };
}

function familyOf({ members }: { readonly members: readonly string[] }): Family {
  const first = members[0] ?? '';
  const name = FAMILY_NAMES.find((family) => first.startsWith(family.split(' ')[0] ?? family));
  return { name: name ?? first, members };
}
