import { logOdds, probability, type TreeEnsemble } from '../trees/index.ts';
import { type Frame, MARK, writeRow } from './frame.ts';

const POINTS = 13;
/** Points read off between two evaluated ones. */
const STEPS = 9;
const BELOW = 0.15;
const ABOVE = 0.9;
const LEAST_RANGE = 1.2;
/** A month's deviation of the logarithms, the least one of 2 % included, below which no request under the fortnight's peak is thought of. */
const CALM = 0.05;
/** Points lie closer where requests are cheap and the risk changes fastest. */
const BEND = 1.3;

/**
 * The risk that the next day exceeds a request, for requests from a little below what is usual to far
 * above what was ever seen. The model is asked from the cheapest on and only as far as somebody reads.
 */
export class RiskCurve {
  /** Places there are, whether read or not. */
  readonly length: number = (POINTS - 1) * STEPS + 1;
  /** Logarithms of the requests, rising; as far as was read. */
  readonly logs: number[] = [];
  /** Risks of the requests, never rising; as far as was read. */
  readonly risks: number[] = [];
  readonly #frame: Frame;
  readonly #trees: TreeEnsemble;
  readonly #row: Float32Array;
  readonly #low: number;
  readonly #high: number;
  #points = 0;
  #odds = 0;

  /** `row` is where a row of features is written; overwritten at every call. */
  constructor(frame: Frame, trees: TreeEnsemble, row: Float32Array) {
    this.#row = row;
    this.#frame = frame;
    this.#trees = trees;
    const { low, high } = rangeOf(frame);
    this.#low = low;
    this.#high = high;
  }

  /** Makes sure that the entry in a place, up to the last one, can be read. */
  reach(place: number): void {
    while (this.#points === 0 || (this.#points - 1) * STEPS < place) this.#ask();
  }

  #ask(): void {
    const point = this.#points;
    const log = this.#low + (this.#high - this.#low) * (point / (POINTS - 1)) ** BEND;
    writeRow(this.#frame, log, this.#row, 0);
    const odds = logOdds(this.#trees, this.#row);
    if (point === 0) {
      this.logs.push(log);
      this.risks.push(probability(odds));
    } else {
      this.#fill(log, odds);
    }
    this.#odds = odds;
    this.#points += 1;
  }

  /** Between two points the log-odds run straight. */
  #fill(log: number, odds: number): void {
    const { logs, risks } = this;
    const before = logs.at(-1) ?? 0;
    let lowest = risks.at(-1) ?? 1;
    for (let step = 1; step <= STEPS; step += 1) {
      const share = step / STEPS;
      const risk = probability(this.#odds + (odds - this.#odds) * share);
      lowest = Math.min(risk, lowest);
      logs.push(before + (log - before) * share);
      risks.push(lowest);
    }
  }
}

function rangeOf({ marks, month }: Frame): { low: number; high: number } {
  const mark = (place: number): number => marks[place] ?? 0;
  const usual = Math.min(mark(MARK.last), mark(MARK.median), mark(MARK.max3));
  // Between two points the risk of a steady workload is a cliff at what it always uses.
  const low = month.spread < CALM ? mark(MARK.max14) : usual - BELOW;
  const far = Math.max(usual + LEAST_RANGE, mark(MARK.max14) + ABOVE);
  return { low, high: Math.max(low + BELOW, Math.min(mark(MARK.max) + ABOVE, far)) };
}
