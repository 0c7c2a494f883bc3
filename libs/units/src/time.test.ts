import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { epochDay, epochHour, epochMs } from './checked.ts';
import { DAY_MS, dayOf, dayOfHour, dayStart, HOUR_MS, hourOf, hourStart } from './time.ts';

const moment = fc.integer({ min: 0, max: 4_000_000_000_000 }).map(epochMs);

describe('hours and days', () => {
  it('hold their first millisecond and not their end', () => {
    const hour = epochHour(490_000);
    assert.equal(hourOf(hourStart(hour)), hour);
    assert.equal(hourOf(epochMs(hourStart(hour) + HOUR_MS - 1)), hour);
    assert.equal(hourOf(epochMs(hourStart(hour) + HOUR_MS)), hour + 1);
  });

  it('are those of the UTC calendar', () => {
    const at = epochMs(Date.UTC(2026, 10, 24, 13, 5));
    assert.equal(dayStart(dayOf(at)), Date.UTC(2026, 10, 24));
    assert.equal(hourStart(hourOf(at)), Date.UTC(2026, 10, 24, 13));
    assert.equal(dayStart(epochDay(0)), 0);
  });

  it('agree with each other about every moment', () => {
    fc.assert(
      fc.property(moment, (at) => {
        assert.equal(dayOfHour(hourOf(at)), dayOf(at));
        assert.ok(dayStart(dayOf(at)) <= hourStart(hourOf(at)));
        assert.ok(hourStart(hourOf(at)) <= at);
        assert.ok(at < dayStart(dayOf(at)) + DAY_MS);
      }),
    );
  });
});
