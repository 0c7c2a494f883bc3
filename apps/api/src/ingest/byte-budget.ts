/**
 * The bytes that all pushes together may hold. Each push takes a lease, draws on it before it keeps bytes, and gives
 * everything back at its end; so memory stays bounded however many connections send at once.
 */
export interface ByteLease {
  /** Takes `bytes` more; false, and nothing taken, where they are not there. */
  take(bytes: number): boolean;
  /** Gives back some of what was taken; never more than that. */
  give(bytes: number): void;
  /** Gives everything back; harmless when called twice. */
  release(): void;
}

/** Counts bytes against one bound. */
export class ByteBudget {
  readonly #limit: number;
  #taken = 0;

  /** `limitBytes` is the bound, above 0. */
  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** Bytes that leases hold now. */
  get takenBytes(): number {
    return this.#taken;
  }

  /** A lease that holds nothing yet. */
  lease(): ByteLease {
    let held = 0;
    return {
      take: (bytes) => {
        if (this.#taken + bytes > this.#limit) return false;
        this.#taken += bytes;
        held += bytes;
        return true;
      },
      give: (bytes) => {
        const given = Math.min(bytes, held);
        this.#taken -= given;
        held -= given;
      },
      release: () => {
        this.#taken -= held;
        held = 0;
      },
    };
  }
}
