export { holdEpoch } from './hold-epoch.ts';
export { raiseEpoch } from './raise-epoch.ts';
export { releaseLease } from './release-lease.ts';
export { renewLease } from './renew-lease.ts';
export { type LeaseBid, takeLease } from './take-lease.ts';
