import { TraceError } from './errors.ts';
import {
  recordedFleet,
  SAMPLE_SETS,
  SAMPLES_FOLDER,
  type SampleSeries,
  SYNTHETIC_SET,
} from './samples/index.ts';
import { syntheticFleet } from './synthetic/index.ts';

/** Which part of the fleet is wanted. */
export interface SampleFleetOptions {
  /** Names of sets, `synthetic` among them; default all. */
  readonly sets?: readonly string[];
}

/**
 * The fleet that ships with the product: more than sixty recorded series of the sets in `SAMPLE_SETS`,
 * then a dozen generated ones. Recordings have their own lengths and their own clocks, each beginning
 * at 0; a consumer that shows them side by side lays their ends on one moment. Throws TraceError
 * TT_TRACE_SAMPLES for a set that is not there.
 */
export async function* sampleFleet(
  options: SampleFleetOptions = {},
): AsyncGenerator<SampleSeries, void, undefined> {
  const names = [...SAMPLE_SETS.map((set) => set.name), SYNTHETIC_SET];
  const wanted = new Set(options.sets ?? names);
  for (const name of wanted) {
    if (!names.includes(name)) {
      const what = `found no set '${name}'; expected some of ${names.join(', ')}`;
      throw new TraceError('TT_TRACE_SAMPLES', { path: SAMPLES_FOLDER }, what);
    }
  }
  for (const set of SAMPLE_SETS) {
    if (wanted.has(set.name)) {
      yield* recordedFleet(set);
    }
  }
  if (wanted.has(SYNTHETIC_SET)) {
    yield* syntheticFleet();
  }
}
