import { checkPlan, defaultPlan, type Plan, type Preset } from '@trimtab/analysis';
import { ControllerError } from '../errors.ts';

/** What is stored with a run and handed to every replica that works on it. */
export interface StoredPlan {
  readonly analysis: Plan;
  /** Days read back from the run's day. */
  readonly historyDays: number;
}

/** Whether two plans name the same numbers: same preset and version, same days. */
export function isSamePlan(a: StoredPlan, b: StoredPlan): boolean {
  return (
    a.analysis.preset === b.analysis.preset &&
    a.analysis.version === b.analysis.version &&
    a.historyDays === b.historyDays
  );
}

/**
 * Reads a plan as it stands in the database. Throws TT_CONTROLLER_PLAN where another version wrote
 * something else, or its numbers under a plan that this code does not compute: one run never mixes both.
 */
export function parseStoredPlan(stored: unknown): StoredPlan {
  try {
    // The parser: `checkPlan` refuses what is out of range, and a part that is missing makes it throw as well.
    const plan = stored as StoredPlan;
    checkPlan(plan.analysis);
    const hasNames =
      typeof plan.analysis.preset === 'string' && typeof plan.analysis.version === 'string';
    if (!hasNames || !Number.isInteger(plan.historyDays) || plan.historyDays < 1) {
      throw new RangeError(`found preset, version or historyDays missing`);
    }
    checkIsOurs(plan.analysis);
    return plan;
  } catch (cause) {
    throw new ControllerError(
      'TT_CONTROLLER_PLAN',
      `run.plan: ${cause instanceof Error ? cause.message : String(cause)}; expected what this version writes`,
      { cause },
    );
  }
}

const PRESETS: Readonly<Record<Preset, true>> = {
  savings: true,
  balanced: true,
  reliability: true,
};

function checkIsOurs({ preset, version }: Plan): void {
  if (!Object.hasOwn(PRESETS, preset)) throw new RangeError(`found preset ${preset}`);
  const ours = defaultPlan(preset).version;
  if (version === ours) return;
  throw new RangeError(`found version ${version}, this code computes ${ours}`);
}
