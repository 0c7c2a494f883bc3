import type { Analysis, Proof } from '@trimtab/analysis';
import type { ContainerSizes } from '@trimtab/history';
import type { Evidence, Proof as EvidenceProof } from '@trimtab/wire/rest';

/** What is kept beside a recommendation: the analysis with the sizes and the day it was made for. */
export function evidenceOf(analysis: Analysis, sizes: ContainerSizes, asOfDay: number): Evidence {
  const { cpu, memory, proof, currentProof, findings } = analysis;
  return {
    cpu,
    memory,
    proof: proofOf(proof),
    ...(currentProof === undefined ? {} : { currentProof: proofOf(currentProof) }),
    currentSizes: sizes,
    asOfDay,
    ...(findings.length === 0 ? {} : { findings }),
  };
}

/** The evidence of a container whose stored history cannot be read. */
export function corruptEvidence(
  found: { readonly reason: string; readonly daysSeen: number },
  sizes: ContainerSizes,
  asOfDay: number,
): Evidence {
  const withheld = { kind: 'withheld', code: 'corrupt-history', reason: found.reason } as const;
  return {
    cpu: withheld,
    memory: withheld,
    proof: { daysSeen: found.daysSeen, daysScored: 0 },
    currentSizes: sizes,
    asOfDay,
  };
}

/** A ratio to no usage at all is no number; the part of the proof that has none is left out. */
function proofOf({ daysSeen, daysScored, cpu, memory }: Proof): EvidenceProof {
  const requestOverUsage = cpu?.requestOverUsage;
  const limitOverUsage = memory?.limitOverUsage;
  return {
    daysSeen,
    daysScored,
    ...(cpu === undefined || requestOverUsage === undefined
      ? {}
      : { cpu: { ...cpu, requestOverUsage } }),
    ...(memory === undefined || limitOverUsage === undefined
      ? {}
      : { memory: { ...memory, limitOverUsage } }),
  };
}
