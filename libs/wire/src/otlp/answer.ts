/** The two bodies an OTLP receiver answers with: an export response (2xx) and a status (every other one). */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { malformed } from './decode.ts';
import { ExportMetricsServiceResponseSchema } from './gen/otlp/metrics_pb.ts';
import { StatusSchema } from './gen/rpc/status_pb.ts';
import { ANSWER_LIMITS } from './limits.ts';
import { shorten } from './rejections.ts';
import { scan, shapeOf } from './scan.ts';

/** What became of a request that was taken. */
export interface ExportAnswer {
  /** Points dropped for good; a sender must not send them again. 0 to 2^53 - 1. */
  readonly rejectedDataPoints: number;
  /** English; with no rejected point a warning, empty where all is well. */
  readonly errorMessage: string;
}

/** Why a request was not taken. */
export interface RpcStatus {
  /** A google.rpc.Code: 3 invalid argument, 8 resource exhausted, 14 unavailable, ... */
  readonly code: number;
  /** English, for whoever operates the sender. */
  readonly message: string;
}

/** Longest text in an answer, in UTF-16 units: far below the 4 MiB at which senders may stop reading. */
const MAX_TEXT = 8192;

const RESPONSE_SHAPE = shapeOf(ExportMetricsServiceResponseSchema);
const STATUS_SHAPE = shapeOf(StatusSchema);

/** Encodes an answer; full success is an empty message, as OTLP asks. A longer text is cut to 8,192 characters. */
export function encodeExportResponse({
  rejectedDataPoints,
  errorMessage,
}: ExportAnswer): Uint8Array {
  const isFullSuccess = rejectedDataPoints === 0 && errorMessage === '';
  const partialSuccess = {
    rejectedDataPoints: BigInt(rejectedDataPoints),
    errorMessage: shorten(errorMessage, MAX_TEXT),
  };
  const message = create(
    ExportMetricsServiceResponseSchema,
    isFullSuccess ? {} : { partialSuccess },
  );
  return toBinary(ExportMetricsServiceResponseSchema, message);
}

/** Decodes an answer; WireError TT_WIRE_MALFORMED or TT_WIRE_TOO_LARGE (above 4 MiB) where it is none. */
export function decodeExportResponse(bytes: Uint8Array): ExportAnswer {
  scan(bytes, RESPONSE_SHAPE, ANSWER_LIMITS);
  try {
    const { partialSuccess } = fromBinary(ExportMetricsServiceResponseSchema, bytes);
    return {
      rejectedDataPoints: Number(partialSuccess?.rejectedDataPoints ?? 0),
      errorMessage: partialSuccess?.errorMessage ?? '',
    };
  } catch (cause) {
    throw malformed('export response', cause);
  }
}

/** Encodes a status. A longer text is cut to 8,192 characters. */
export function encodeStatus({ code, message }: RpcStatus): Uint8Array {
  return toBinary(
    StatusSchema,
    create(StatusSchema, { code, message: shorten(message, MAX_TEXT) }),
  );
}

/** Decodes a status; WireError TT_WIRE_MALFORMED or TT_WIRE_TOO_LARGE (above 4 MiB) where it is none. */
export function decodeStatus(bytes: Uint8Array): RpcStatus {
  scan(bytes, STATUS_SHAPE, ANSWER_LIMITS);
  try {
    const { code, message } = fromBinary(StatusSchema, bytes);
    return { code, message };
  } catch (cause) {
    throw malformed('status', cause);
  }
}
