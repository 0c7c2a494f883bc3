import assert from 'node:assert/strict';
import test from 'node:test';
import { Sketch } from '@trimtab/sketch';
import { epochDay, epochHour, hourStart } from '@trimtab/units';
import { encodeExport } from '@trimtab/wire/otlp';
import { ApiError } from '../errors.ts';
import { DEFAULT_INGEST_LIMITS } from './limits.ts';
import { preparePush } from './prepare-push.ts';

const HOUR = epochHour(498_750);
const PREPARING = { nowMs: hourStart(epochHour(HOUR + 1)), limits: DEFAULT_INGEST_LIMITS };

test('refuses for good what is within the limits of a message but fits into no block', () => {
  const key = { namespace: 'shop', ownerKind: 'Job', podName: 'cart', podUid: 'uid-a' };
  const message = encodeExport({
    identity: { epoch: 1n, seq: 1, sealedDay: epochDay(20_781) },
    hour: HOUR,
    containers: [
      {
        key: { ...key, ownerName: 'x'.repeat(2000), container: 'app' },
        ...{ labels: {}, sizes: {} },
        windows: [{ start: hourStart(HOUR), fromSecond: 0, toSecond: 300, cpu: Sketch.of([1]) }],
      },
    ],
  });

  assert.throws(
    () => preparePush(message, PREPARING),
    (error) =>
      error instanceof ApiError &&
      error.code === 'TT_INGEST_TOO_LARGE' &&
      error.message.includes('found a name of 2000 characters'),
  );
});
