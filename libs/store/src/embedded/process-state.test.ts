import assert from 'node:assert/strict';
import process from 'node:process';
import { describe, it } from 'node:test';
import { parsePs, parseStat, processState } from './process-state.ts';

const STAT_TAIL = '1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 8812345 1000 200';

describe('process state', () => {
  it('reads state and start from /proc, whatever the program is called', () => {
    assert.deepEqual(parseStat(`7 (a) b) S ${STAT_TAIL}`, 'postgres -D x'), {
      kind: 'running',
      command: 'postgres -D x',
      startedAt: '8812345',
    });
  });

  it('tells a zombie from a running process', () => {
    assert.deepEqual(parseStat(`7 (postgres) Z ${STAT_TAIL}`, ''), { kind: 'zombie' });
    assert.deepEqual(parsePs('Z    Mon Nov 24 06:15:00 2025 (postgres)\n'), { kind: 'zombie' });
  });

  it('reads a line of ps', () => {
    assert.deepEqual(parsePs('Ss   Mon Nov 24 06:15:00 2025 /x/postgres -D /y\n'), {
      kind: 'running',
      command: '/x/postgres -D /y',
      startedAt: 'Mon Nov 24 06:15:00 2025',
    });
    assert.deepEqual(parsePs(''), { kind: 'gone' });
  });

  it('finds this process, and nothing where nothing runs', () => {
    const own = processState(process.pid);

    assert.equal(own.kind === 'running' && own.command.includes('node'), true);
    assert.deepEqual(processState(2 ** 22 + 1), { kind: 'gone' });
  });
});
