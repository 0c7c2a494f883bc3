import type { Evidence } from '@trimtab/wire/rest';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Verdict = Type.Union([
  Type.Object({
    kind: Type.Literal('recommended'),
    request: Type.Number(),
    limit: Type.Optional(Type.Number()),
    model: Type.String(),
    bound: Type.String(),
    inputs: Type.Array(Type.String()),
  }),
  Type.Object({ kind: Type.Literal('withheld'), code: Type.String(), reason: Type.String() }),
]);

const Proof = Type.Object({
  daysSeen: Type.Integer({ minimum: 0 }),
  daysScored: Type.Integer({ minimum: 0 }),
  cpu: Type.Optional(
    Type.Object({
      daysScored: Type.Integer({ minimum: 0 }),
      missedDays: Type.Integer({ minimum: 0 }),
      minutesAboveRequestPerDay: Type.Number({ minimum: 0 }),
      requestOverUsage: Type.Number(),
    }),
  ),
  memory: Type.Optional(
    Type.Object({
      daysScored: Type.Integer({ minimum: 0 }),
      kills: Type.Integer({ minimum: 0 }),
      minutesAboveLimitPerDay: Type.Number({ minimum: 0 }),
      limitOverUsage: Type.Number(),
    }),
  ),
});

const EvidenceSchema = Type.Object({
  cpu: Verdict,
  memory: Verdict,
  proof: Proof,
  currentProof: Type.Optional(Proof),
  currentSizes: Type.Object({
    cpuRequest: Type.Optional(Type.Number()),
    cpuLimit: Type.Optional(Type.Number()),
    memoryRequest: Type.Optional(Type.Number()),
    memoryLimit: Type.Optional(Type.Number()),
  }),
  asOfDay: Type.Integer({ minimum: 0 }),
  findings: Type.Optional(
    Type.Array(
      Type.Object({
        code: Type.String(),
        severity: Type.Union([Type.Literal('info'), Type.Literal('warn')]),
        short: Type.String(),
        text: Type.String(),
        values: Type.Record(Type.String(), Type.Number()),
      }),
    ),
  ),
});

/** Reads stored evidence. */
export type EvidenceReader = (stored: unknown) => Evidence | undefined;

/** A reader of `rec.evidence` that gives undefined for anything that is not evidence. Made once: it is compiled. */
export function evidenceReader(): EvidenceReader {
  const validator = Compile(EvidenceSchema);
  return (stored) => (validator.Check(stored) ? stored : undefined);
}
