import type { SeriesRecord } from '@trimtab/analysis/evaluate';
import { RESOURCES, type ReplayedSet } from './replayed-set.ts';

/**
 * Puts the two parts of one set's replay together: our contestants first, then the peers. Both parts
 * saw the same series in the same order; anything else is an Error, since scores would mix series.
 */
export function mergeParts(own: ReplayedSet, peers: ReplayedSet): ReplayedSet {
  const [cpu, memory] = RESOURCES.map((resource) =>
    own.records[resource].map((record, place) =>
      mergeRecord(record, peers.records[resource][place]),
    ),
  );
  return {
    contestants: [...own.contestants, ...peers.contestants],
    families: peers.families,
    records: { cpu: cpu ?? [], memory: memory ?? [] },
  };
}

function mergeRecord(own: SeriesRecord, peers: SeriesRecord | undefined): SeriesRecord {
  if (peers?.id !== own.id || peers.demands.length !== own.demands.length) {
    throw new Error(
      `found series ${peers?.id} with ${peers?.demands.length} days in the peers' part; ` +
        `expected ${own.id} with ${own.demands.length} days`,
    );
  }
  return { ...own, judged: [...own.judged, ...peers.judged], bases: peers.bases };
}
