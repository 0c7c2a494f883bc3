/** What a message may hold; checked on its bytes before any object is made of them. */
export interface DecodeLimits {
  /** The whole message, uncompressed. */
  readonly maxBytes: number;
  /** ResourceMetrics: for our agent one a container, and one for itself. */
  readonly maxResources: number;
  /** Messages of every type, nested ones too: each becomes an object. */
  readonly maxMessages: number;
  /** Data points of every kind together. */
  readonly maxPoints: number;
  /** Attributes of one resource, and of one data point. */
  readonly maxAttributes: number;
  /** UTF-8 bytes of an attribute's key. */
  readonly maxKeyBytes: number;
  /** UTF-8 bytes of an attribute's value, and of every other single text. */
  readonly maxValueBytes: number;
  /** UTF-8 bytes of all texts together: bounds the table of strings a reader may have to keep. */
  readonly maxTextBytes: number;
  /** Buckets of one exponential histogram point, positive and negative together. */
  readonly maxBuckets: number;
  /** Buckets of all points together: each becomes a 64-bit integer. */
  readonly maxBucketsInAll: number;
  /** Messages inside messages. A data point's attribute is 8 deep, a list inside it 10. */
  readonly maxDepth: number;
}

/**
 * The limits of the agents' listener. 16 MiB is some 60,000 points of usual size (262 bytes measured), fifty times
 * the largest batch of a full node (110 containers, twelve windows, 2 sketches each); the counts are what fits in
 * 16 MiB with a margin, so that messages made of empty elements, 2 bytes each, cannot become millions of objects.
 */
export const DEFAULT_DECODE_LIMITS: DecodeLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxResources: 10_000,
  maxMessages: 1_000_000,
  maxPoints: 100_000,
  maxAttributes: 64,
  maxKeyBytes: 256,
  maxValueBytes: 2048,
  maxTextBytes: 8 * 1024 * 1024,
  maxBuckets: 4096,
  maxBucketsInAll: 2_000_000,
  maxDepth: 16,
};

/** The limits for answers: OTLP allows 4 MiB and nearly all of it may be one text. */
export const ANSWER_LIMITS: DecodeLimits = {
  ...DEFAULT_DECODE_LIMITS,
  maxBytes: 4 * 1024 * 1024,
  maxValueBytes: 4 * 1024 * 1024,
};
