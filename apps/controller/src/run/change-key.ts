/**
 * What makes a recommendation another one: preset, rounded values, model and bound or the reason why it is withheld,
 * the sizes it is compared with, and which findings there are. Proof, inputs and the numbers in the findings change a
 * little every day and do not count: rows would be rewritten daily for a number that stays.
 */

/** A key that is equal exactly where nothing that counts has changed. `evidence` may come from JSON of any version. */
export function changeKey(preset: string, evidence: unknown): string {
  return JSON.stringify([
    preset,
    ...verdictParts(part(evidence, 'cpu')),
    ...verdictParts(part(evidence, 'memory')),
    ...['cpuRequest', 'cpuLimit', 'memoryRequest', 'memoryLimit'].map(
      (size) => part(part(evidence, 'currentSizes'), size) ?? null,
    ),
    findingCodes(part(evidence, 'findings')),
  ]);
}

/** No findings and none told are the same: evidence of before there were findings is not rewritten for it. */
function findingCodes(findings: unknown): unknown[] {
  return Array.isArray(findings) ? findings.map((finding) => part(finding, 'code') ?? null) : [];
}

function verdictParts(verdict: unknown): unknown[] {
  return ['kind', 'request', 'limit', 'model', 'bound', 'code', 'reason'].map(
    (name) => part(verdict, name) ?? null,
  );
}

function part(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
