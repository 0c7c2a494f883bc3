import {
  type Bytes,
  bytes,
  type EpochDay,
  type Millicores,
  millicores,
  showCpu,
  showMemory,
  showPercent,
} from '@trimtab/units';
import type { DemandDay } from '../demand/index.ts';
import type { Named } from './namer.ts';
import type { ModelPlan, Plan } from './plan.ts';

/** Days whose peak a number of the risk trees is compared with. */
const PEAK_DAYS = 8;

/** Why nothing is named. */
export type WithheldCode = 'no-data' | 'not-measured' | 'too-few-days' | 'stale';

/** A size with what it rests on, or the reason why there is none. */
export type Verdict<Unit> =
  | {
      readonly kind: 'recommended';
      readonly request: Unit;
      /** Memory only: equal to the request. CPU is left without a limit. */
      readonly limit?: Unit;
      /** Kind of the model that named it. */
      readonly model: string;
      /** What bound it, for people. */
      readonly bound: string;
      /** Short plain facts it was formed from. */
      readonly inputs: readonly string[];
    }
  | { readonly kind: 'withheld'; readonly code: WithheldCode; readonly reason: string };

/** What a verdict is formed from. */
export interface VerdictInput {
  readonly plan: Plan;
  /** Days seen with any data at all, measured or not. */
  readonly daysSeen: number;
  readonly asOfDay: EpochDay;
  readonly days: readonly DemandDay[];
  readonly named: Named | undefined;
}

/** Turns the number named for CPU into a verdict. */
export function cpuVerdict(input: VerdictInput): Verdict<Millicores> {
  const show = (amount: number): string => showCpu(millicores(amount));
  const withheld = whyWithheld(input, 'CPU');
  if (withheld !== undefined) return withheld;
  const { named } = input;
  if (named === undefined) return tooFewDays(input);
  return {
    kind: 'recommended',
    request: millicores(named.amount),
    model: named.model.kind,
    bound: boundText(named, input, show),
    inputs: facts(input, named, show),
  };
}

/** Turns the number named for memory into a verdict; its limit equals its request. */
export function memoryVerdict(input: VerdictInput): Verdict<Bytes> {
  const show = (amount: number): string => showMemory(bytes(Math.round(amount)));
  const withheld = whyWithheld(input, 'memory');
  if (withheld !== undefined) return withheld;
  const { named } = input;
  if (named === undefined) return tooFewDays(input);
  return {
    kind: 'recommended',
    request: bytes(named.amount),
    limit: bytes(named.amount),
    model: named.model.kind,
    bound: boundText(named, input, show),
    inputs: facts(input, named, show),
  };
}

type Withheld = Extract<Verdict<never>, { kind: 'withheld' }>;

function whyWithheld(input: VerdictInput, resource: string): Withheld | undefined {
  const { daysSeen, days, asOfDay, plan } = input;
  const last = days.at(-1);
  if (daysSeen === 0) {
    return withheld('no-data', 'no usage has arrived for this container yet');
  }
  if (last === undefined) {
    return withheld('not-measured', `this source has no ${resource} readings`);
  }
  const age = asOfDay - last.day;
  if (age > plan.staleAfterDays) {
    const allowed = plan.staleAfterDays;
    return withheld('stale', `the last ${resource} reading is ${age} days old; at most ${allowed}`);
  }
  return undefined;
}

function tooFewDays(input: VerdictInput): Withheld {
  const covered = input.days.filter((day) => day.isCovered).length;
  const needed = input.plan.minDays;
  return withheld(
    'too-few-days',
    `${plural(covered, 'day')} with at least 80 % of their windows so far; ${needed} are needed`,
  );
}

function withheld(code: WithheldCode, reason: string): Withheld {
  return { kind: 'withheld', code, reason };
}

function boundText(
  named: Named,
  { plan, days }: VerdictInput,
  show: (amount: number) => string,
): string {
  if (named.boundBy.kind === 'kill') {
    return `killed level ${show(named.boundBy.killedAt)} ${marginText(plan.killMargin)}`;
  }
  if (named.boundBy.kind === 'spike') {
    const { peak } = named.boundBy;
    const { days: kept, margin } = plan.spike ?? { days: PEAK_DAYS, margin: 1 };
    return `spike to ${show(peak)} in the last ${kept} days of a calm workload ${marginText(margin)}`;
  }
  if (named.model.kind === 'risk-trees') return riskText(named, days, show);
  return `${baseText(named.model)} ${marginText(named.margin)}`;
}

/** Trees have no formula to show: the risk they state, and the peak that a reader can compare the number with. */
function riskText(
  { risk = 0 }: Named,
  days: readonly DemandDay[],
  show: (amount: number) => string,
): string {
  const from = (days.at(-1)?.day ?? 0) - PEAK_DAYS;
  const recent = days.filter((day) => day.day > from).map((day) => day.demand);
  const peak = show(Math.max(0, ...recent));
  return `${showPercent(risk)} risk a day by fleet-trained trees (${PEAK_DAYS}-day peak ${peak})`;
}

function baseText(model: Exclude<ModelPlan, { kind: 'risk-trees' }>): string {
  switch (model.kind) {
    case 'window-percentile':
      return windowPercentileText(model);
    case 'day-percentile':
      return `P${percentText(model.percentile)} of the daily peaks of ${model.days} days (half-life ${plural(model.halfLifeDays, 'day')})`;
    case 'recent-peak':
      return `peak of the last ${model.days} days`;
    case 'percentile-and-peak':
      return `middle of ${windowPercentileText(model)} and the peak of the last ${model.days} days`;
  }
}

function windowPercentileText(model: { percentile: number; halfLifeDays: number }): string {
  return `P${percentText(model.percentile)} of the 5-minute windows (half-life ${plural(model.halfLifeDays, 'day')})`;
}

function marginText(factor: number): string {
  const share = Math.round((factor - 1) * 100) / 100;
  if (share === 0) return 'with no margin';
  return share > 0 ? `+ ${showPercent(share)} margin` : `- ${showPercent(-share)}`;
}

function facts(input: VerdictInput, named: Named, show: (amount: number) => string): string[] {
  const { days, plan } = input;
  const demands = days.map((day) => day.demand);
  const covered = days.filter((day) => day.isCovered).length;
  const lines = [
    `${plural(days.length, 'day')} measured, ${covered} with at least 80 % cover`,
    `daily need ${show(Math.min(...demands))} to ${show(Math.max(...demands))}, last ${show(demands.at(-1) ?? 0)}`,
    `preset ${plan.preset}: at most ${showPercent(plan.missTarget)} of days may exceed it`,
  ];
  if (named.isHeld) {
    lines.push(
      `kept from an earlier day: today's is at most ${showPercent(plan.holdWithin)} lower`,
    );
  }
  if (named.silence !== undefined) lines.push(`plain model used: ${named.silence}`);
  if (named.model.kind === 'risk-trees') lines.push(originText(named.model));
  if (covered < 7) lines.push('preliminary: no full week seen yet, margin raised for it');
  const throttled = days.filter((day) => day.throttled > 0).length;
  if (throttled > 0) lines.push(`throttled time counted as need on ${plural(throttled, 'day')}`);
  const killed = days.filter((day) => day.killedAt !== undefined);
  if (killed.length > 0) {
    const highest = Math.max(...killed.map((day) => day.killedAt ?? 0));
    lines.push(`killed for lack of memory on ${plural(killed.length, 'day')}, at ${show(highest)}`);
  }
  if (named.cost < named.firstCost) {
    lines.push(
      `chosen for this workload: cost ${cost(named.cost)} against ${cost(named.firstCost)}`,
    );
  }
  return lines;
}

function originText({ model, trees }: Extract<ModelPlan, { kind: 'risk-trees' }>): string {
  return trees === undefined
    ? `trees ${model}: trained on public recordings, never on this workload`
    : `trees ${model}: trained on a fleet, which this workload may be part of`;
}

function cost(value: number): string {
  return value.toFixed(2);
}

function percentText(share: number): string {
  return String(Number((share * 100).toFixed(1)));
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
