import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '@trimtab/daemon';
import { DEFAULT_FOLD, DEFAULT_PUSH } from '../settings.ts';
import { readAgentConfig } from './index.ts';

const NEEDED = {
  TRIMTAB_AGENT_ENDPOINT: 'https://trimtab.example.com:8443/v1/metrics',
  TRIMTAB_AGENT_QUEUE_DIR: '/var/lib/trimtab',
};

test('what is not said has the default that the agent itself uses', () => {
  const config = readAgentConfig({ env: NEEDED });

  assert.deepEqual(config.fold, DEFAULT_FOLD);
  assert.deepEqual(config.push, DEFAULT_PUSH);
});

test('everything wrong is named at once', () => {
  const env = {
    ...NEEDED,
    TRIMTAB_AGENT_ENDPOINT: 'http://trimtab.example.com',
    TRIMTAB_AGENT_PUSH_LANES: '5',
    TRIMTAB_AGENT_PUSH_COMPRESSION: 'brotli',
    TRIMTAB_AGENT_FOLD_INTERVAL_SECONDS: '0',
  };

  assert.throws(
    () => readAgentConfig({ env }),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.problems.map(({ path }) => path).sort(), [
        'endpoint',
        'fold.intervalSeconds',
        'push.compression',
        'push.lanes',
      ]);
      return true;
    },
  );
});
