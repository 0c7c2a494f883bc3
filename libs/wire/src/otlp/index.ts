export {
  decodeExportResponse,
  decodeStatus,
  type ExportAnswer,
  encodeExportResponse,
  encodeStatus,
  type RpcStatus,
} from './answer.ts';
export type { Batch, BatchCounters, BatchIdentity } from './batch.ts';
export { decodeExport, type ExportMessage } from './decode.ts';
export { encodeExport } from './encode.ts';
export { type RejectionCode, WireError, type WireErrorCode } from './errors.ts';
export type { HourUsage } from './hours.ts';
export { DEFAULT_DECODE_LIMITS, type DecodeLimits } from './limits.ts';
export { type Batches, type ReadOptions, readBatches } from './read.ts';
export { describeRejections, type Rejection, type Rejections } from './rejections.ts';
