export type { Finding, FindingCode } from './finding.ts';
export { findingsOf } from './findings.ts';
