import {
  autopilotFamily,
  krrFamily,
  maxOfDaysFamily,
  type PeerFamily,
  type Policy,
  type Resource,
  vpaFamily,
} from '../peers/index.ts';

const VPA_PERCENTILES = [0.9, 0.95, 0.98, 0.99];
const KRR_CPU_PERCENTILES = [0.9, 0.95, 0.98, 0.99, 1];
const MAX_DAYS = [1, 3, 7, 14, 28];

/** A peer at its own defaults: one member of a family and the margin it comes with. */
export interface PeerDefault {
  readonly name: string;
  readonly cpu: { readonly member: string; readonly margin: number };
  readonly memory: { readonly member: string; readonly margin: number };
}

/** All that takes part in one evaluation. */
export interface Contestants {
  readonly policies: readonly Policy[];
  readonly families: Readonly<Record<Resource, readonly PeerFamily[]>>;
  readonly defaults: readonly PeerDefault[];
}

/**
 * The peers of the protocol beside the given policies. VPA, KRR and Autopilot stand with their own
 * defaults, less their floors and rounding, which would judge the size of the series instead of the method.
 */
export function withPeers(policies: readonly Policy[]): Contestants {
  return {
    policies,
    families: { cpu: cpuFamilies(), memory: memoryFamilies() },
    defaults: DEFAULTS,
  };
}

const DEFAULTS: readonly PeerDefault[] = [
  {
    name: 'VPA',
    cpu: { member: 'VPA P90', margin: 1.15 },
    memory: { member: 'VPA P90', margin: 1.15 },
  },
  {
    name: 'KRR',
    cpu: { member: 'KRR P95', margin: 1 },
    memory: { member: 'KRR P100', margin: 1.15 },
  },
  {
    name: 'Autopilot window',
    cpu: { member: 'Autopilot window', margin: 1.15 },
    memory: { member: 'Autopilot window', margin: 1.15 },
  },
];

function cpuFamilies(): PeerFamily[] {
  return [
    vpaFamily('cpu', VPA_PERCENTILES),
    krrFamily('cpu', KRR_CPU_PERCENTILES),
    maxOfDaysFamily('cpu', MAX_DAYS),
    autopilotFamily('cpu'),
  ];
}

function memoryFamilies(): PeerFamily[] {
  return [
    vpaFamily('memory', VPA_PERCENTILES),
    krrFamily('memory', [1]),
    maxOfDaysFamily('memory', MAX_DAYS),
    autopilotFamily('memory'),
  ];
}
