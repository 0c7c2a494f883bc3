import { DaemonError } from './errors.ts';

/** What `boundedQueue` needs to know. */
export interface BoundedQueueOptions<T> {
  /** Most weight held at once; with the default weight the number of items. Above 0. */
  readonly capacity: number;
  /** Weight of an item, e.g. its bytes; at least 0. Default: 1 each. */
  readonly weigh?: (item: T) => number;
}

/** A first-in first-out queue that refuses what it has no room for instead of growing. */
export interface BoundedQueue<T> {
  /** Takes the item in, or says `false`: full, or closed. A refusal is counted. */
  offer(item: T): boolean;
  /** The oldest item; undefined when empty. */
  poll(): T | undefined;
  /**
   * The oldest item, waiting for one if need be; undefined once the queue is closed and empty.
   * Rejects with the signal's reason when the signal is aborted first. Waiters are served in order.
   */
  take(signal?: AbortSignal): Promise<T | undefined>;
  /** Refuses everything from now on; what is inside can still be taken. */
  close(): void;
  /** Items inside. */
  readonly size: number;
  /** Weight inside. */
  readonly weight: number;
  /** Items refused since the start. */
  readonly refused: number;
}

interface Held<T> {
  readonly item: T;
  readonly weight: number;
  next: Held<T> | undefined;
}

/** Makes a bounded queue. Throws TT_QUEUE_ARGUMENT when the capacity is not above 0. */
export function boundedQueue<T>(options: BoundedQueueOptions<T>): BoundedQueue<T> {
  if (!(options.capacity > 0)) {
    throw new DaemonError(
      'TT_QUEUE_ARGUMENT',
      `bounded queue: capacity is ${options.capacity}; expected more than 0`,
    );
  }
  return new LinkedQueue(options);
}

class LinkedQueue<T> implements BoundedQueue<T> {
  readonly #capacity: number;
  readonly #weigh: (item: T) => number;
  #oldest: Held<T> | undefined;
  #newest: Held<T> | undefined;
  #size = 0;
  #weight = 0;
  #refused = 0;
  #isClosed: boolean;
  readonly #waiters = new Set<(item: T | undefined) => void>();

  constructor(options: BoundedQueueOptions<T>) {
    this.#capacity = options.capacity;
    this.#weigh = options.weigh ?? (() => 1);
    this.#isClosed = false;
  }

  get size(): number {
    return this.#size;
  }

  get weight(): number {
    return this.#weight;
  }

  get refused(): number {
    return this.#refused;
  }

  offer(item: T): boolean {
    const weight = this.#weigh(item);
    if (this.#isClosed || !(weight >= 0) || this.#weight + weight > this.#capacity) {
      this.#refused += 1;
      return false;
    }
    const [waiter] = this.#waiters;
    if (waiter !== undefined) {
      this.#waiters.delete(waiter);
      waiter(item);
      return true;
    }
    this.#append({ item, weight, next: undefined });
    return true;
  }

  poll(): T | undefined {
    const oldest = this.#oldest;
    if (oldest === undefined) {
      return undefined;
    }
    this.#oldest = oldest.next;
    this.#size -= 1;
    // Fractional weights must not leave a rest behind in an empty queue.
    this.#weight = this.#size === 0 ? 0 : this.#weight - oldest.weight;
    return oldest.item;
  }

  take(signal?: AbortSignal): Promise<T | undefined> {
    if (signal?.aborted) {
      return Promise.reject(signal.reason);
    }
    if (this.size > 0 || this.#isClosed) {
      return Promise.resolve(this.poll());
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.delete(waiter);
        reject(signal?.reason);
      };
      const waiter = (item: T | undefined): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve(item);
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const waiter of this.#waiters) {
      waiter(undefined);
    }
    this.#waiters.clear();
  }

  #append(held: Held<T>): void {
    if (this.#oldest === undefined || this.#newest === undefined) {
      this.#oldest = held;
    } else {
      this.#newest.next = held;
    }
    this.#newest = held;
    this.#size += 1;
    this.#weight += held.weight;
  }
}
