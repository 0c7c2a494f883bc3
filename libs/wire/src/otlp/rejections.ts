import type { RejectionCode } from './errors.ts';

/** One kind of refusal among the points of a message. */
export interface Rejection {
  readonly code: RejectionCode;
  /** Points dropped for this reason; at least 1. */
  readonly count: number;
  /** The first of them: where it stood, what was found there and what was expected. */
  readonly example: string;
}

/** Every point of a message that was dropped. */
export interface Rejections {
  readonly count: number;
  /** The commonest reason first; a code stands once. */
  readonly reasons: readonly Rejection[];
}

/** Why something in a message cannot be taken: a value, passed up to where its points are counted. */
export class Refusal {
  readonly code: RejectionCode;
  readonly problem: string;

  constructor(code: RejectionCode, found: string, expected: string) {
    this.code = code;
    this.problem = `found ${found}; expected ${expected}`;
  }
}

/** Counts the points of a message. It grows as the message is read; the places of refusals are made once a reason. */
export class Tally {
  #accepted = 0;
  #rejected = 0;
  readonly #reasons = new Map<RejectionCode, { count: number; example: string }>();

  accept(points: number): void {
    this.#accepted += points;
  }

  /** Counts refused points; none at all changes nothing. */
  reject({ code, problem }: Refusal, points: number, where: () => string): void {
    if (points === 0) return;
    this.#rejected += points;
    const reason = this.#reasons.get(code);
    if (reason === undefined) {
      this.#reasons.set(code, { count: points, example: `${where()}: ${problem}` });
    } else reason.count += points;
  }

  /** Takes accepted points back, for a refusal that is known only at the end. */
  revoke(refusal: Refusal, points: number, where: () => string): void {
    this.#accepted -= points;
    this.reject(refusal, points, where);
  }

  /** All points so far: taken, and dropped by reason. */
  result(): { accepted: number; rejections: Rejections } {
    const reasons = [...this.#reasons].map(([code, reason]) => ({ code, ...reason }));
    const rejections = {
      count: this.#rejected,
      reasons: reasons.sort((a, b) => b.count - a.count),
    };
    return { accepted: this.#accepted, rejections };
  }
}

/** Longest message for a sender, in UTF-16 units; every reason with its example usually fits. */
const MAX_DESCRIPTION = 4096;

/** The rejections as one English text for the answer's partial success; empty where nothing was dropped. */
export function describeRejections({ count, reasons }: Rejections): string {
  if (count === 0) return '';
  const parts = reasons.map(({ code, count: points, example }) => `${code} ${points} (${example})`);
  const text = `${count} data points dropped: ${parts.join('; ')}`;
  return shorten(text, MAX_DESCRIPTION);
}

/** A text cut to a number of UTF-16 units, the last three then being dots; never cuts a character in two. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3).toWellFormed()}...`;
}

/** Somebody else's text for a message: quoted, escaped and cut. */
export function quote(value: string): string {
  return JSON.stringify(shorten(value, MAX_QUOTED));
}

/** Enough for any Kubernetes name to be recognised. */
const MAX_QUOTED = 80;
