import type { FindingView, ProofView, RecommendationView, ResourceView } from '@trimtab/wire/rest';
import { cpuText, MISSING, memoryText } from './recommendations.ts';

/** All that is known about one recommendation in plain sentences: the number, its rule, its proof, what is missing. */
export function explanation(row: RecommendationView): string {
  return [
    `${row.cluster} / ${row.namespace} / ${row.kind} ${row.workload} / ${row.container}${row.synthetic ? '  [synthetic usage, not a recording]' : ''}`,
    `As of ${row.asOfDay} (that day not used), policy ${row.preset}, ${days(row.daysSeen)} of usage seen, run ${row.runId}.`,
    '',
    ...resourceLines('CPU', row.cpu, cpuText),
    '',
    ...resourceLines('Memory', row.memory, memoryText),
    '',
    ...proofLines('Had the recommended rule been in force', row.proof),
    ...proofLines('Had the request in force been judged the same way', row.currentProof),
    ...findingLines(row.findings),
  ].join('\n');
}

function resourceLines(
  name: string,
  resource: ResourceView,
  show: (value: number) => string,
): string[] {
  const { current, recommended, withheld, changePercent } = resource;
  const now = (value: number | null) => (value === null ? MISSING : show(value));
  const lines = [
    `${name}: request now ${now(current.request)}, limit now ${now(current.limit)}${current.whyMissing === null ? '' : ` (${current.whyMissing})`}`,
  ];
  if (recommended) {
    const limit = recommended.limit === null ? 'no limit' : `limit ${show(recommended.limit)}`;
    const change =
      changePercent === null
        ? ''
        : `, ${changePercent > 0 ? '+' : ''}${changePercent.toFixed(1)} % against now`;
    lines.push(`  recommended: request ${show(recommended.request)}, ${limit}${change}`);
    lines.push(`  model ${recommended.model}; bound by: ${recommended.bound}`);
  }
  if (withheld) lines.push(`  withheld (${withheld.code}): ${withheld.reason}`);
  return lines;
}

function proofLines(title: string, proof: ProofView | null): string[] {
  if (proof === null || (proof.cpu === null && proof.memory === null)) {
    return [`${title}: no day could be judged.`];
  }
  const lines = [
    `${title} on each of ${days(proof.daysScored)} (each judged only from the days before):`,
  ];
  if (proof.cpu) {
    lines.push(
      `  CPU: ${proof.cpu.minutesAboveRequestPerDay.toFixed(1)} minutes a day above the request, ${days(proof.cpu.missedDays)} missed (more than 5 % of their windows above), request ${proof.cpu.requestOverUsage.toFixed(2)} x usage`,
    );
  }
  if (proof.memory) {
    lines.push(
      `  Memory: ${days(proof.memory.kills)} with a kill, ${proof.memory.minutesAboveLimitPerDay.toFixed(1)} minutes a day above the limit, limit ${proof.memory.limitOverUsage.toFixed(2)} x usage`,
    );
  }
  return lines;
}

function findingLines(findings: readonly FindingView[]): string[] {
  if (findings.length === 0) return [];
  const lines = findings.map(
    ({ severity, code, text }) =>
      `  ${severity === 'warn' ? 'warning' : 'note'} (${code}): ${text}.`,
  );
  return ['', 'Found:', ...lines];
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
