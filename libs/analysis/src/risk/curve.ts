import { logOdds, probability, type TreeEnsemble } from '../trees/index.ts';
import { type Frame, MARK, ROW_MONOTONE, writeRow } from './frame.ts';

const POINTS = 20;
/** Points read off between two evaluated ones. */
const STEPS = 6;
const BELOW = 0.15;
const ABOVE = 0.9;
const LEAST_RANGE = 1.2;
/** Points lie closer where requests are cheap and the risk changes fastest. */
const BEND = 1.3;

/**
 * The risk that the next day exceeds a request, for requests from a little below what is usual to far
 * above what was ever seen. `logs` are the logarithms of the requests, rising; `risks` never rise.
 */
export interface RiskCurve {
  readonly logs: Float64Array;
  readonly risks: Float64Array;
}

/** Asks the model along the range of sensible requests; about 20 us. */
export function riskCurve(frame: Frame, trees: TreeEnsemble): RiskCurve {
  const rows = new Float32Array(ROW_MONOTONE.length);
  const { low, high } = rangeOf(frame);
  const logs = new Float64Array((POINTS - 1) * STEPS + 1);
  const risks = new Float64Array(logs.length);
  let log = 0;
  let odds = 0;
  for (let point = 0; point < POINTS; point += 1) {
    const next = low + (high - low) * (point / (POINTS - 1)) ** BEND;
    writeRow(frame, next, rows, 0);
    const nextOdds = logOdds(trees, rows);
    const steps = point === 0 ? 1 : STEPS;
    for (let step = 1; step <= steps; step += 1) {
      const share = point === 0 ? 1 : step / STEPS;
      const at = point === 0 ? 0 : (point - 1) * STEPS + step;
      logs[at] = log + (next - log) * share;
      risks[at] = probability(odds + (nextOdds - odds) * share);
    }
    log = next;
    odds = nextOdds;
  }
  for (let at = 1; at < risks.length; at += 1) {
    risks[at] = Math.min(risks[at] ?? 0, risks[at - 1] ?? 0);
  }
  return { logs, risks };
}

function rangeOf({ marks }: Frame): { low: number; high: number } {
  const mark = (place: number): number => marks[place] ?? 0;
  const usual = Math.min(mark(MARK.last), mark(MARK.median), mark(MARK.max3));
  const far = Math.max(usual + LEAST_RANGE, mark(MARK.max14) + ABOVE);
  return {
    low: usual - BELOW,
    high: Math.max(usual + BELOW, Math.min(mark(MARK.max) + ABOVE, far)),
  };
}
