import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBlock, encodeBlock } from '@trimtab/history';
import { durationMs, HOUR_MS } from '@trimtab/units';
import {
  DEFAULT_DECODE_LIMITS,
  decodeExport,
  decodeExportResponse,
  decodeStatus,
  encodeExport,
  encodeExportResponse,
  encodeStatus,
  readBatches,
  WireError,
} from './index.ts';
import { SAMPLE_NOW, sampleBatch } from './sample-batches.ts';

const MUTANTS = 50_000;
const MOST_MS = 50;

/** A small fast generator (xorshift), so that a failing mutant is found again. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
}

/** One to four changes: a bit, a byte, a piece cut out, doubled or moved, an end cut off. */
function mutate(bytes: Uint8Array, roll: (sides: number) => number): Uint8Array {
  let mutant = Uint8Array.from(bytes);
  for (let change = 0; change <= roll(4); change++) {
    const at = roll(mutant.length || 1);
    const end = Math.min(mutant.length, at + roll(40));
    const piece = mutant.subarray(at, end);
    const kind = roll(6);
    if (kind === 0) mutant[at] = (mutant[at] ?? 0) ^ (1 << roll(8));
    else if (kind === 1) mutant[at] = roll(256);
    else if (kind === 2) mutant = Buffer.concat([mutant.subarray(0, at), mutant.subarray(end)]);
    else if (kind === 3) mutant = Buffer.concat([mutant.subarray(0, end), mutant.subarray(at)]);
    else if (kind === 4) mutant.copyWithin(roll(mutant.length || 1), at, at + piece.length);
    else mutant.subarray(at, at + 1 + roll(9)).fill([0, 0x7f, 0x80, 0xff][roll(4)] ?? 0);
  }
  return roll(20) === 0 ? mutant.subarray(0, roll(mutant.length || 1)) : mutant;
}

function readAll(bytes: Uint8Array): 'read' | 'refused' {
  try {
    const message = decodeExport(bytes, DEFAULT_DECODE_LIMITS);
    const { hours, points, rejected } = readBatches(message, {
      now: SAMPLE_NOW,
      maxAgeMs: durationMs(2 * HOUR_MS),
    });
    const counted = rejected.reasons.reduce((sum, { count }) => sum + count, 0);
    assert.equal(counted, rejected.count);
    assert.equal(points + rejected.count, countPoints(message));
    for (const hour of hours) decodeBlock(encodeBlock(hour));
    return 'read';
  } catch (error) {
    if (error instanceof WireError) return 'refused';
    throw error;
  }
}

function countPoints(message: ReturnType<typeof decodeExport>): number {
  const metrics = message.resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap((scope) => scope.metrics),
  );
  return metrics.reduce((sum, { data }) => sum + (data.value?.dataPoints.length ?? 0), 0);
}

/** Elapsed time; a slow run is repeated, since the machine may have been busy with something else. */
function leastMs(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5 && least > MOST_MS; attempt++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

test('every mutated request is refused with a WireError or read into blocks that unpack, all points counted, within 50 ms', () => {
  const bytes = encodeExport(sampleBatch({ containers: 2, windows: 1 }));
  const roll = dice(20_781);
  const outcomes = { read: 0, refused: 0 };
  for (let index = 0; index < MUTANTS; index++) {
    const mutant = mutate(bytes, roll);
    let outcome: 'read' | 'refused' = 'read';
    const ms = leastMs(() => {
      outcome = readAll(mutant);
    });
    outcomes[outcome]++;
    assert.ok(ms <= MOST_MS, `mutant ${index} took ${ms} ms`);
  }
  assert.ok(outcomes.read > MUTANTS / 20, `only ${outcomes.read} mutants were still readable`);
  assert.ok(outcomes.refused > MUTANTS / 20, `only ${outcomes.refused} mutants were refused`);
});

test('no mutated answer throws anything but WireError', () => {
  const response = encodeExportResponse({ rejectedDataPoints: 7, errorMessage: 'seven too old' });
  const status = encodeStatus({ code: 3, message: 'not a metrics request' });
  const roll = dice(1);
  for (let index = 0; index < 5_000; index++) {
    for (const [bytes, decode] of [
      [response, decodeExportResponse],
      [status, decodeStatus],
    ] as const) {
      try {
        decode(mutate(bytes, roll));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
      }
    }
  }
});
