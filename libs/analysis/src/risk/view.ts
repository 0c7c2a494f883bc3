import type { DemandDay } from '../demand/index.ts';
import type { TreeEnsemble } from '../trees/index.ts';
import { RiskCurve } from './curve.ts';
import { usualDemand } from './decide.ts';
import { type Frame, frameOf, ROW_MONOTONE } from './frame.ts';
import { Past } from './past.ts';

/** Covered days below which the risk model says nothing. */
const FEWEST_DAYS = 5;
/** Mean demand, in smallest sizes, below which rounding decides the size and nothing can be learnt. */
const LEAST_MULTIPLE = 5;

/** One resource of one workload as the risk model sees it: its past, and the risks of requests for its next day. */
export class RiskView {
  readonly #past: Past;
  readonly #least: number;
  /** One for the curves of all days: a typed array of this length costs as much as filling it. */
  readonly #row = new Float32Array(ROW_MONOTONE.length);
  #frame: Frame | undefined;
  #curve: { readonly trees: TreeEnsemble; readonly curve: RiskCurve } | undefined;

  /** `least` is the smallest size there is, in the days' amounts. */
  constructor(least: number) {
    this.#least = least;
    this.#past = new Past(least);
  }

  /** Shows the next day. */
  observe(day: DemandDay): void {
    this.#past.observe(day);
    this.#frame = undefined;
    this.#curve = undefined;
  }

  /** Whether there are days enough, and use enough, for the model to speak. */
  get isReady(): boolean {
    return this.#past.count >= FEWEST_DAYS && this.isTeaching;
  }

  /** Why the model does not speak, for people; undefined while it does. */
  get silence(): string | undefined {
    if (this.#past.count < FEWEST_DAYS) {
      return `${this.#past.count} days with half of their windows; the trained model needs ${FEWEST_DAYS}`;
    }
    if (!this.isTeaching) return 'so little is used that rounding decides the size';
    return undefined;
  }

  /** Whether its days may be learnt from. */
  get isTeaching(): boolean {
    return this.#past.isEnough && this.#past.meanDemand >= LEAST_MULTIPLE * this.#least;
  }

  /** The past in front of the next day; undefined below two days. */
  get frame(): Frame | undefined {
    this.#frame ??= frameOf(this.#past);
    return this.#frame;
  }

  /** What the workload usually asks for; see decide.ts. */
  get usual(): number {
    return usualDemand(this.#past);
  }

  /** The logarithm under which a day's demand is learnt. */
  logOf(demand: number): number {
    return Math.log(Math.max(demand, this.#least));
  }

  /** Risks of the next day's requests; undefined while not ready. Computed once a day and model. */
  curve(trees: TreeEnsemble): RiskCurve | undefined {
    const { frame } = this;
    if (!this.isReady || frame === undefined) return undefined;
    if (this.#curve?.trees !== trees)
      this.#curve = { trees, curve: new RiskCurve(frame, trees, this.#row) };
    return this.#curve.curve;
  }
}
