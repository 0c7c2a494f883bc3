/**
 * Connections of agents live for a limited time, with jitter, so that a balancer that spreads connections spreads
 * agents again after a scale-out. An old connection is told `Connection: close` with its next answer; one that is
 * idle is ended. An agent that sends in just that moment sees a lost connection and repeats, which does no harm.
 */
import type { Socket } from 'node:net';
import type { Clock, Timer } from '@trimtab/daemon';

/** What limits the connections of a listener. */
export interface ConnectionOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Longest life; 80 to 100 % of it are used. */
  readonly lifeMs: number;
  /** Told each time one opened or closed. */
  readonly onCount: (open: number) => void;
}

/** A TLS server, as far as it is used here. */
export interface SecureServer {
  on(event: 'secureConnection', listener: (socket: Socket) => void): unknown;
}

interface Connection {
  readonly timer: Timer;
  requests: number;
  isOld: boolean;
}

const SHORTEST_SHARE = 0.8;

/** Keeps the age of each connection. */
export class Connections {
  readonly #options: ConnectionOptions;
  readonly #open = new Map<Socket, Connection>();
  #isLeaving: boolean = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Follows every connection of a TLS server from its handshake on. */
  watch(server: SecureServer): void {
    server.on('secureConnection', (socket) => this.#add(socket));
  }

  /** A request of the connection begins; `ended` has to be called when its answer is out. */
  begun(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (connection !== undefined) connection.requests += 1;
  }

  /** A request of the connection is over. */
  ended(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (connection === undefined) return;
    connection.requests -= 1;
    if (connection.isOld && connection.requests === 0) socket.end();
  }

  /** Whether the next answer should close the connection. */
  shouldClose(socket: Socket): boolean {
    return this.#isLeaving || (this.#open.get(socket)?.isOld ?? false);
  }

  /** From now on every answer closes its connection, and idle ones are ended. */
  leave(): void {
    this.#isLeaving = true;
    for (const [socket, connection] of this.#open) this.#expire(socket, connection);
  }

  #add(socket: Socket): void {
    const { clock, random, lifeMs } = this.#options;
    const ageMs = lifeMs * (SHORTEST_SHARE + (1 - SHORTEST_SHARE) * random());
    const connection: Connection = {
      timer: clock.setTimer(ageMs, () => this.#expire(socket, connection)),
      requests: 0,
      isOld: false,
    };
    this.#open.set(socket, connection);
    this.#options.onCount(this.#open.size);
    socket.once('close', () => {
      connection.timer.cancel();
      this.#open.delete(socket);
      this.#options.onCount(this.#open.size);
    });
  }

  #expire(socket: Socket, connection: Connection): void {
    connection.timer.cancel();
    connection.isOld = true;
    if (connection.requests === 0) socket.end();
  }
}
