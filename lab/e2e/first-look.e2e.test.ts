/**
 * The whole way on the shipped samples, with real parts: agent, mutual TLS, API, PostgreSQL, packer, analysis.
 * The first load is killed with SIGKILL again and again; what is stored in the end must be what was recorded.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecommendationView } from '@trimtab/wire/rest';
import { assertStoredIsRecorded, recordedUsage } from './recorded-usage.ts';
import { startStandalone } from './standalone-process.ts';

/** Made by the process itself: under root its database server runs as another user and must get in. */
const dataDir = join(tmpdir(), `trimtab-first-look-${randomUUID()}`);

after(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

/** Milliseconds of loading after which the process is killed: while it connects, early, in the thick of it, late. */
const KILL_AFTER_MS = [100, 1_000, 3_000, 5_000];

test('a load killed four times stores every recorded window once', {
  timeout: 300_000,
}, async () => {
  const states: string[] = [];
  for (const ms of KILL_AFTER_MS) states.push(await killAfter(ms));
  assert.deepEqual(states, ['loading', 'loading', 'loading', 'loading']);

  const last = startStandalone(dataDir, ['--once', '--json']);
  const { code, stderr } = await last.ended;

  assert.equal(code, 0, stderr);
  await assertStoredIsRecorded(dataDir);
});

test('a second start finds its data, loads nothing and answers the same', {
  timeout: 120_000,
}, async () => {
  const again = startStandalone(dataDir, ['--once', '--json']);

  const { code, stdout, stderr } = await again.ended;

  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /sending recorded usage/);
  assert.match(stderr, /as shown at the first start/);
  const rows: RecommendationView[] = JSON.parse(stdout);
  assert.equal(rows.length, (await recordedUsage()).size);
  checkRows(rows);
});

/** What the table promises: a missing input is never a number, made-up usage is marked, every number has its proof. */
function checkRows(rows: readonly RecommendationView[]): void {
  for (const row of rows) {
    assert.equal(row.synthetic, row.namespace === 'synthetic', row.workload);
    for (const resource of [row.cpu, row.memory]) {
      assert.notEqual(resource.recommended === null, resource.withheld === null, row.workload);
      const isComparable = resource.current.request !== null && resource.recommended !== null;
      assert.equal(resource.changePercent !== null, isComparable, row.workload);
    }
  }
  const azure = rows.filter((row) => row.namespace === 'azure2017-vms');
  assert.ok(azure.length > 0);
  for (const row of azure) {
    assert.equal(row.memory.withheld?.code, 'not-measured');
    assert.equal(row.memory.current.request, null);
    assert.ok(row.proof?.cpu && row.proof.cpu.daysScored >= 7, row.workload);
    assert.equal(row.proof.memory, null);
  }
  const short = rows.filter((row) => row.namespace === 'nezha-pods');
  assert.ok(short.every((row) => row.cpu.withheld?.code === 'too-few-days'));
  const killed = rows.find((row) => row.workload === 'session-cache');
  assert.ok((killed?.memory.recommended?.request ?? 0) > (killed?.memory.current.limit ?? 0));
}

/** Starts a load, kills the process after `ms` of it, and says how far it had come. */
async function killAfter(ms: number): Promise<string> {
  const process = startStandalone(dataDir);
  await process.until(/^starting: /m);
  await sleep(ms);
  process.child.kill('SIGKILL');
  const { signal, stderr } = await process.ended;
  assert.equal(signal, 'SIGKILL', stderr);
  return /acknowledged in/.test(stderr) ? 'loaded' : 'loading';
}
