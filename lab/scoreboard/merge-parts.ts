import { RESOURCES, type ReplayedSet, type Track } from './track.ts';

/**
 * Puts the two parts of one set's replay together: our contestants first, then the peers. Both parts
 * saw the same series in the same order; anything else is an Error, since scores would mix series.
 */
export function mergeParts(own: ReplayedSet, peers: ReplayedSet): ReplayedSet {
  const [cpu, memory] = RESOURCES.map((resource) =>
    own.tracks[resource].map((track, place) => mergeTrack(track, peers.tracks[resource][place])),
  );
  return {
    contestants: [...own.contestants, ...peers.contestants],
    families: peers.families,
    tracks: { cpu: cpu ?? [], memory: memory ?? [] },
  };
}

function mergeTrack(own: Track, peers: Track | undefined): Track {
  if (peers?.id !== own.id || peers.demands.length !== own.demands.length) {
    throw new Error(
      `found series ${peers?.id} with ${peers?.demands.length} days in the peers' part; ` +
        `expected ${own.id} with ${own.demands.length} days`,
    );
  }
  return { ...own, entries: [...own.entries, ...peers.entries], bases: peers.bases };
}
