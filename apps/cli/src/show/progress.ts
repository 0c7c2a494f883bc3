import { durationMs, showDuration } from '@trimtab/units';

/** Where a progress line goes: a stream that may be a terminal. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** One step of work that counts what is done. */
export interface ProgressStep {
  /** Tells how much is done; `total` may become known or grow later. */
  update(done: number, total?: number): void;
  /** Ends the line with the final count and the time it took. */
  done(note?: string): void;
}

const TTY_EVERY_MS = 100;
const LOG_EVERY_MS = 5_000;

/**
 * Shows the progress of steps on `stream`: counts, share and time left. On a terminal one line is redrawn,
 * elsewhere a line is written every five seconds, so that a log shows life without filling up.
 * Time left = time so far * (rest / done), shown once a twentieth is done.
 */
export function createProgress(
  stream: ProgressStream,
  now: () => number,
): { step(name: string, unit: string, total?: number): ProgressStep } {
  return {
    step(name, unit, firstTotal) {
      const started = now();
      let total = firstTotal;
      let current = 0;
      let drawn = Number.NEGATIVE_INFINITY;
      const every = stream.isTTY ? TTY_EVERY_MS : LOG_EVERY_MS;
      return {
        update(done, newTotal) {
          total = newTotal ?? total;
          current = done;
          const at = now();
          if (at - drawn < every) return;
          if (!stream.isTTY && drawn === Number.NEGATIVE_INFINITY && at - started < every) return;
          drawn = at;
          draw(stream, progressLine({ name, unit, done, total, elapsedMs: at - started }), false);
        },
        done(note) {
          const took = showDuration(durationMs(now() - started));
          const text = `${name}: ${note ?? `${count(current)} ${unit}`} in ${took}`;
          draw(stream, text, true);
        },
      };
    },
  };
}

function draw(stream: ProgressStream, text: string, last: boolean): void {
  if (stream.isTTY) stream.write(`\r\u001b[2K${text}${last ? '\n' : ''}`);
  else stream.write(`${text}\n`);
}

/** One line such as `sending: 1,200 of 4,000 batches (30 %), 12s left`. */
export function progressLine(state: {
  readonly name: string;
  readonly unit: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly elapsedMs: number;
}): string {
  const { name, unit, done, total, elapsedMs } = state;
  if (total === undefined || total <= 0) return `${name}: ${count(done)} ${unit}`;
  const share = Math.min(1, done / total);
  const left =
    share >= 0.05 && share < 1
      ? `, ${showDuration(durationMs(Math.round((elapsedMs * (1 - share)) / share)))} left`
      : '';
  return `${name}: ${count(done)} of ${count(total)} ${unit} (${Math.floor(share * 100)} %)${left}`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
