/**
 * One connection while somebody uses it, with a deadline on this side of the network: the server's
 * own statement timeout comes first, this one is for a server that vanished without a word. When it
 * passes, the connection is cut, and the statement fails as a lost connection does.
 */
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** What a statement answered. */
export interface Answer<R> {
  readonly rows: R[];
  /** `COMMIT`, `INSERT`, ... */
  readonly command: string;
}

/** See the head of the file. */
export class Session {
  readonly #client: pg.ClientBase;
  readonly #deadlineMs: number;

  constructor(client: pg.ClientBase, deadlineMs: number) {
    this.#client = client;
    this.#deadlineMs = deadlineMs;
  }

  /** Runs one statement. */
  async run<R>(text: string, params: readonly unknown[] = []): Promise<Answer<R>> {
    const deadline = setTimeout(() => this.#cut(), this.#deadlineMs);
    try {
      const { rows, command } = await this.#client.query(text, [...params]);
      return { rows, command };
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Streams a `copy ... to stdout`; a loop that is left early costs the connection. */
  async *copyOut(text: string): AsyncIterable<Buffer> {
    const deadline = setTimeout(() => this.#cut(), this.#deadlineMs);
    const stream = this.#client.query(copyTo(text));
    // The end of the connection is told to the stream even when nobody reads it any more.
    stream.on('error', ignore);
    let isWhole = false;
    try {
      yield* stream;
      isWhole = true;
    } finally {
      clearTimeout(deadline);
      // The rest of the rows would stand before every later answer.
      if (!isWhole) this.#cut();
    }
  }

  /**
   * With a statement under way the driver closes the socket at once. What a pool hands out is a whole
   * client, though its type does not say so.
   */
  #cut(): void {
    if (this.#client instanceof pg.Client) this.#client.end().catch(ignore);
  }
}

/** For events and failures that are told in another way as well: by the statement that fails. */
export function ignore(): void {
  // On purpose.
}
