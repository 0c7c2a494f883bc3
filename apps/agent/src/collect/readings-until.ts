import type { Reading, Source } from './source.ts';

/** A source's readings until the signal is aborted, also of a source that does not listen to it. Rejects with what the source throws. */
export async function* readingsUntil(signal: AbortSignal, source: Source): AsyncGenerator<Reading> {
  const readings = source.read(signal)[Symbol.asyncIterator]();
  try {
    while (!signal.aborted) {
      const next = await abortable(readings.next(), signal);
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not waited for: a source that hangs would hang the agent with it.
    void readings.return?.().catch(() => undefined);
  }
}

/** The promise's value, or undefined as soon as the signal is aborted. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    promise
      .then(resolve, (error) => (signal.aborted ? resolve(undefined) : reject(error)))
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}
