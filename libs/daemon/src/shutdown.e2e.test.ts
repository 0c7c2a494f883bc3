import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { test } from 'node:test';

/** Starts a program that says `up`, leaves by `steps`, and says what it did on the way. */
function startProgram(steps: string): ChildProcess {
  const face = new URL('./index.ts', import.meta.url).href;
  const program = `
    import { onShutdown } from ${JSON.stringify(face)};
    const say = (text) => process.stdout.write(text + '\\n');
    onShutdown([${steps}]);
    setInterval(() => {}, 1000);
    say('up');
  `;
  const args = ['--input-type=module', '--eval', program];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 30_000 });
}

async function saysWord(child: ChildProcess, word: string): Promise<void> {
  for await (const [chunk] of on(child)) {
    if (chunk.includes(word)) {
      return;
    }
  }
}

async function* on(child: ChildProcess): AsyncGenerator<[string]> {
  while (child.stdout !== null) {
    const [chunk]: unknown[] = await once(child.stdout, 'data');
    yield [String(chunk)];
  }
}

const CLOSE = "{ name: 'close', deadlineMs: 5000, run: async () => say('closed') }";
const FAIL = "{ name: 'fail', deadlineMs: 5000, run: async () => { throw new Error('x'); } }";
const HANG =
  "{ name: 'hang', deadlineMs: 20000, run: () => { say('hangs'); return new Promise(() => {}); } }";

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} runs the steps and ends with 0`, async () => {
    const child = startProgram(CLOSE);
    const exited = once(child, 'exit');
    await saysWord(child, 'up');
    const closed = saysWord(child, 'closed');

    child.kill(signal);

    await closed;
    assert.deepEqual(await exited, [0, null]);
  });
}

test('a step that fails ends the process with 1, after the steps behind it', async () => {
  const child = startProgram(`${FAIL}, ${CLOSE}`);
  const exited = once(child, 'exit');
  await saysWord(child, 'up');
  const closed = saysWord(child, 'closed');

  child.kill('SIGTERM');

  await closed;
  assert.deepEqual(await exited, [1, null]);
});

test('a second signal ends the process at once with 128 and its number', async () => {
  const child = startProgram(HANG);
  const exited = once(child, 'exit');
  await saysWord(child, 'up');
  const hanging = saysWord(child, 'hangs');
  child.kill('SIGTERM');
  await hanging;

  child.kill('SIGINT');

  assert.deepEqual(await exited, [130, null]);
});
