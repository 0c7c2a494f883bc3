import assert from 'node:assert/strict';
import { it } from 'node:test';
import { embeddedFailure } from './failure.ts';

const CASES = [
  ['TT_STORE_EMBEDDED_DISK_FULL', 'FATAL:  could not write lock file: No space left on device'],
  ['TT_STORE_EMBEDDED_PORT', 'LOG:  could not bind IPv4 address: Address already in use'],
  ['TT_STORE_EMBEDDED_RUNNING', 'FATAL:  lock file "postmaster.pid" already exists'],
  ['TT_STORE_EMBEDDED_LEFTOVER', 'FATAL:  pre-existing shared memory block is still in use'],
  ['TT_STORE_EMBEDDED_VERSION', 'FATAL:  database files are incompatible with server'],
  ['TT_STORE_EMBEDDED_PERMISSION', 'could not access directory "/root/x": Permission denied'],
  ['TT_STORE_EMBEDDED_START', 'FATAL:  something new'],
] as const;

it('names each failure by what PostgreSQL wrote, with the line and the folder', () => {
  for (const [code, line] of CASES) {
    const error = embeddedFailure(`LOG:  starting\n${line}\n`, '/data/pg');

    assert.equal(error.code, code);
    assert.match(error.message, /\/data\/pg/);
    assert.ok(error.message.includes(line), error.message);
    assert.match(error.message, /expected/);
  }
});

it('says so when nothing was written', () => {
  assert.match(embeddedFailure('\n', '/data/pg').message, /it wrote nothing/);
});
