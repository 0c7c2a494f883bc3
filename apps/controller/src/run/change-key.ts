/**
 * What makes a recommendation another one: preset, rounded values, model and bound or the reason why it is withheld,
 * and the sizes it is compared with. Proof and inputs change a little every day and do not count: rows would be
 * rewritten daily for a number that stays.
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
  ]);
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
