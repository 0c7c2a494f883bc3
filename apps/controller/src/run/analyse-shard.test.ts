import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTask } from '../../test/task.ts';
import { analyseShard } from './analyse-shard.ts';
import { changeKey } from './change-key.ts';
import { ContentsBuilder, KIND } from './shard-task.ts';

test('names a size for each container, in the order of the task', () => {
  const results = analyseShard(makeTask(2));

  assert.deepEqual(
    results.map(({ wcId }) => wcId),
    [100, 101],
  );
  for (const result of results) {
    assert.ok((result.cpuRequestM ?? 0) >= 1);
    assert.ok((result.memoryRequest ?? 0) >= 2 ** 20);
    assert.equal(result.isCorrupt, false);
    const evidence = JSON.parse(result.evidence);
    assert.equal(evidence.asOfDay, 20_000);
    assert.deepEqual(evidence.currentSizes, { cpuRequest: 500, memoryRequest: 2 ** 28 });
    assert.equal(evidence.proof.daysSeen, 10);
  }
});

test('withholds a container without any history', () => {
  const empty = { ...makeTask(1), ...new ContentsBuilder().finish() };

  const [result] = analyseShard(empty);

  assert.equal(result?.cpuRequestM, null);
  assert.equal(JSON.parse(result?.evidence ?? '').cpu.code, 'no-data');
  assert.equal(result?.model, '-/-');
});

test('withholds only the container whose history cannot be read', () => {
  const task = makeTask(2);
  const builder = new ContentsBuilder();
  builder.add(0, KIND.daySum, 19_998, new Uint8Array([255, 255, 255]));
  builder.add(0, KIND.hour, 19_999 * 24, new Uint8Array());
  const [bad] = analyseShard({ ...task, ...builder.finish() });
  const good = analyseShard(task);

  assert.equal(bad?.isCorrupt, true);
  assert.equal(JSON.parse(bad?.evidence ?? '').memory.code, 'corrupt-history');
  assert.equal(JSON.parse(bad?.evidence ?? '').proof.daysSeen, 2);
  assert.equal(good[1]?.isCorrupt, false);
});

test('a result read back from JSON has the same key, and every part that counts changes it', () => {
  const [result] = analyseShard(makeTask(1));
  assert.ok(result);
  const evidence = JSON.parse(result.evidence);
  const key = result.changeKey;

  assert.equal(changeKey('balanced', evidence), key);
  assert.equal(changeKey('balanced', { ...evidence, proof: null, asOfDay: 1 }), key);
  assert.equal(changeKey('balanced', { ...evidence, cpu: { ...evidence.cpu, inputs: [] } }), key);
  assert.equal(changeKey('balanced', { ...evidence, findings: [] }), key);
  for (const other of [
    changeKey('savings', evidence),
    changeKey('balanced', { ...evidence, cpu: { ...evidence.cpu, request: 1 } }),
    changeKey('balanced', { ...evidence, memory: { ...evidence.memory, bound: 'a kill' } }),
    changeKey('balanced', { ...evidence, memory: { kind: 'withheld', code: 'stale' } }),
    changeKey('balanced', { ...evidence, currentSizes: { cpuRequest: 501 } }),
    changeKey('balanced', { ...evidence, findings: [{ code: 'leak' }] }),
    changeKey('balanced', null),
  ]) {
    assert.notEqual(other, key);
  }
});

test('what was found goes into the evidence, and only its codes into the key', () => {
  const found = (cores: number) => {
    const [result] = analyseShard(makeTask(1, { cores }));
    return { evidence: JSON.parse(result?.evidence ?? ''), key: result?.changeKey };
  };
  const [idle, busy] = [found(0.002), found(0.5)];

  assert.equal(busy.evidence.findings, undefined);
  assert.equal(idle.evidence.findings[0].code, 'idle');
  assert.match(idle.evidence.findings[0].text, /^practically no CPU for 10 days/);
  const [finding] = idle.evidence.findings;
  const told = (changed: object) =>
    changeKey('balanced', { ...idle.evidence, findings: [{ ...finding, ...changed }] });
  assert.equal(told({ text: 'in other words', values: { days: 11 } }), idle.key);
  assert.notEqual(told({ code: 'leak' }), idle.key);
});
