import type { DemandDay } from '../../demand/index.ts';
import { AnalysisError } from '../../errors.ts';
import { type Decision, decide, findTrees, RiskView } from '../../risk/index.ts';
import type { TreeEnsemble } from '../../trees/index.ts';
import type { ModelRun } from './model.ts';

/** Where the trees come from and what a missed day is worth; see `risk-trees` in plan.ts. */
export interface RiskTreesOptions {
  readonly model: string;
  readonly trees?: string;
  readonly price: number;
}

/** The request that pays best by the risk that trees, trained over a fleet, state for each candidate. */
export class RiskTreesRun implements ModelRun {
  readonly #view: RiskView;
  readonly #price: number;
  readonly #trees: TreeEnsemble | undefined;
  readonly #fault: string | undefined;
  #decided: { readonly decision: Decision | undefined } | undefined;

  /** A model that cannot be read leaves the run silent, with the reason. */
  constructor(options: RiskTreesOptions, least: number) {
    this.#view = new RiskView(least);
    this.#price = options.price;
    try {
      this.#trees = findTrees(options);
    } catch (error) {
      if (!(error instanceof AnalysisError)) throw error;
      this.#fault = `${error.message} (${error.code})`;
    }
  }

  observe(day: DemandDay): void {
    this.#view.observe(day);
    this.#decided = undefined;
  }

  base(): number | undefined {
    const decision = this.#decide();
    return decision === undefined ? undefined : Math.exp(decision.log);
  }

  risk(): number | undefined {
    return this.#decide()?.risk;
  }

  silence(): string | undefined {
    return this.#fault ?? this.#view.silence;
  }

  #decide(): Decision | undefined {
    if (this.#decided !== undefined) return this.#decided.decision;
    const curve = this.#trees === undefined ? undefined : this.#view.curve(this.#trees);
    const decision = curve === undefined ? undefined : decide(curve, this.#view.usual, this.#price);
    this.#decided = { decision };
    return decision;
  }
}
