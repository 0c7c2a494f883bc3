import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { encodeBlock } from '@trimtab/history';
import { durationMs, epochMs } from '@trimtab/units';
import { DEFAULT_DECODE_LIMITS, decodeExport, readBatches } from '@trimtab/wire/otlp';
import { sealedBatch } from './ingest-load.ts';

let st = 1;
const rnd = () => {
  st ^= st << 13;
  st ^= st >>> 17;
  st ^= st << 5;
  return (st >>> 0) / 2 ** 32;
};
const m = sealedBatch(rnd);
const z = zstdCompressSync(m);
console.log(m.length, z.length);
function time(name: string, f: () => unknown) {
  for (let i = 0; i < 100; i++) f();
  const t = performance.now();
  const N = 200;
  for (let i = 0; i < N; i++) f();
  console.log(name, ((performance.now() - t) / N).toFixed(3), 'ms');
}
time('unzstd', () => zstdDecompressSync(z));
time('sha', () => createHash('sha256').update(m).digest());
time('decode', () => decodeExport(m, DEFAULT_DECODE_LIMITS));
const d = decodeExport(m, DEFAULT_DECODE_LIMITS);
const o = { now: epochMs(Date.now()), maxAgeMs: durationMs(8 * 86400000) };
time('read', () => readBatches(d, o));
const b = readBatches(d, o);
console.log(b.points, b.rejected, b.hours.length);
time('encodeBlock', () => encodeBlock(b.hours[0]!));
console.log('block', encodeBlock(b.hours[0]!).length);
