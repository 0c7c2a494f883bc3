import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readControllerConfig } from './config.ts';

test('has a default for every setting', () => {
  const config = readControllerConfig({});

  assert.deepEqual(config.lead, { leaseSeconds: 10, renewSeconds: 7, retrySeconds: 2 });
  assert.equal(config.pack.delaySeconds, 360);
  assert.equal(config.close.afterHours, 36);
  assert.equal(config.run.preset, 'balanced');
});

test('takes the environment over the defaults', () => {
  const config = readControllerConfig({ env: { TRIMTAB_CONTROLLER_RUN_PRESET: 'savings' } });

  assert.equal(config.run.preset, 'savings');
});

test('names every pair of times that stands in the wrong order at once', () => {
  const env = {
    TRIMTAB_CONTROLLER_LEAD_RENEW_SECONDS: '10',
    TRIMTAB_CONTROLLER_LEAD_RETRY_SECONDS: '12',
    TRIMTAB_CONTROLLER_RUN_DELAY_SECONDS: '60',
  };

  assert.throws(
    () => readControllerConfig({ env }),
    (error: Error) => {
      assert.equal(
        error.message,
        [
          'configuration: lead.leaseSeconds is 10; expected more than lead.renewSeconds (10)',
          'configuration: lead.renewSeconds is 10; expected more than lead.retrySeconds (12)',
          'configuration: run.delaySeconds is 60; expected more than pack.delaySeconds (360)',
        ].join('\n'),
      );
      return true;
    },
  );
});
