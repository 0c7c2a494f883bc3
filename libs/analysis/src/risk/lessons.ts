import { seededRandom } from '../seeded-random.ts';
import {
  logOdds,
  probability,
  type TrainingOptions,
  type TreeEnsemble,
  trainTrees,
} from '../trees/index.ts';
import { type Frame, MARK, ROW_MONOTONE, writeRow } from './frame.ts';

/** How the risk trees are grown; tuned on the tuning half of the recorded sets. */
export const TRAINING: TrainingOptions = {
  trees: 60,
  leaves: 8,
  rate: 0.15,
  minRows: 100,
  ridge: 30,
  featureShare: 0.5,
  rowShare: 0.8,
  seed: 1,
  monotone: ROW_MONOTONE,
};

/** Marks that candidates are put around, so that rows lie where requests are decided. */
const AROUND = [MARK.last, MARK.max3, MARK.max7, MARK.q90, MARK.max, MARK.median, MARK.mean];
const LOWEST = -0.25;
const HIGHEST = 0.9;
const FAR_SHARE = 0.15;
const FAR = 1.2;

/** A model known before, whose opinion counts as much as `weight` cases beside each seen one. */
export interface Prior {
  readonly trees: TreeEnsemble;
  readonly weight: number;
}

/**
 * What days have taught: for each day of each workload some candidate requests, and whether the day
 * exceeded them. Candidates are drawn by the seed in the order of adding.
 */
export class Lessons {
  readonly #perDay: number;
  readonly #random: () => number;
  #rows = new Float32Array(1024 * ROW_MONOTONE.length);
  #labels: number[] = [];

  constructor(options: { readonly perDay: number; readonly seed: number }) {
    this.#perDay = options.perDay;
    this.#random = seededRandom(options.seed);
  }

  /** Rows so far. */
  get count(): number {
    return this.#labels.length;
  }

  /** Adds a day: the frame that stood before it and the logarithm of what it then asked for. */
  add(frame: Frame, demand: number): void {
    const width = ROW_MONOTONE.length;
    for (let turn = 0; turn < this.#perDay; turn += 1) {
      const at = this.#labels.length * width;
      if (at + width > this.#rows.length) this.#grow();
      const candidate = this.#candidate(frame);
      writeRow(frame, candidate, this.#rows, at);
      this.#labels.push(demand > candidate ? 1 : 0);
    }
  }

  /** Grows trees from all rows so far; a prior softens what few rows say. */
  train(prior?: Prior, options: TrainingOptions = TRAINING): TreeEnsemble {
    const width = ROW_MONOTONE.length;
    const rows = this.#rows.subarray(0, this.count * width);
    const weight = prior?.weight ?? 0;
    const labels = Float32Array.from(this.#labels, (label, row) => {
      if (prior === undefined) return label;
      const known = probability(logOdds(prior.trees, rows, row * width));
      return (label + weight * known) / (1 + weight);
    });
    const weights = new Float32Array(this.count).fill(1 + weight);
    return trainTrees({ features: width, rows, labels, weights }, options);
  }

  #candidate({ marks }: Frame): number {
    const around = AROUND[Math.floor(this.#random() * AROUND.length)] ?? 0;
    const near = LOWEST + this.#random() * (HIGHEST - LOWEST);
    const far = this.#random() < FAR_SHARE ? this.#random() * FAR : 0;
    return (marks[around] ?? 0) + near + far;
  }

  #grow(): void {
    const grown = new Float32Array(this.#rows.length * 2);
    grown.set(this.#rows);
    this.#rows = grown;
  }
}
