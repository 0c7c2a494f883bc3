import { fromBinary } from '@bufbuild/protobuf';
import { WireError } from './errors.ts';
import {
  type ExportMetricsServiceRequest,
  ExportMetricsServiceRequestSchema,
} from './gen/otlp/metrics_pb.ts';
import type { DecodeLimits } from './limits.ts';
import { scan, shapeOf } from './scan.ts';

/** A decoded OTLP export request, for `readBatches`. */
export type ExportMessage = ExportMetricsServiceRequest;

const SHAPE = shapeOf(ExportMetricsServiceRequestSchema);

/**
 * Decodes one uncompressed OTLP export request. Unknown fields are skipped, no bytes at all are an empty request.
 * Throws WireError: TT_WIRE_TOO_LARGE above a limit, TT_WIRE_MALFORMED where the bytes are no such message.
 */
export function decodeExport(bytes: Uint8Array, limits: DecodeLimits): ExportMessage {
  scan(bytes, SHAPE, limits);
  try {
    return fromBinary(ExportMetricsServiceRequestSchema, bytes, {
      readUnknownFields: false,
      recursionLimit: limits.maxDepth,
    });
  } catch (cause) {
    throw malformed('export request', cause);
  }
}

/** What the decoder refuses after a clean scan: text that is no UTF-8. */
export function malformed(what: string, cause: unknown): WireError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WireError(
    'TT_WIRE_MALFORMED',
    `${what}: found bytes that do not decode (${reason}); expected valid protobuf with UTF-8 texts`,
    { cause },
  );
}
