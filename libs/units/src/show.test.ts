import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytes, durationMs, millicores, money } from './checked.ts';
import { showCpu, showDuration, showMemory, showMoney, showPercent } from './show.ts';

describe('numbers for people', () => {
  it('show CPU in millicores below one core and in cores above', () => {
    const show = (value: number): string => showCpu(millicores(value));
    assert.deepEqual(
      [0, 0.4, 9.996, 12.6, 250, 999.4, 999.6, 1_500, 12_345, 99_960, 123_456].map(show),
      ['0m', '0.4m', '10m', '13m', '250m', '999m', '1', '1.5', '12.3', '100', '123'],
    );
  });

  it('show memory in the binary unit that leaves three digits or so', () => {
    const show = (value: number): string => showMemory(bytes(value));
    assert.deepEqual(
      [0, 1_023, 1_024, 300 * 2 ** 20, 1.5 * 2 ** 30, 2 ** 20 - 1, 2 ** 53 - 1].map(show),
      ['0 B', '1023 B', '1 KiB', '300 MiB', '1.5 GiB', '1 MiB', '8 PiB'],
    );
  });

  it('show a span in its two largest units', () => {
    const show = (value: number): string => showDuration(durationMs(value));
    assert.deepEqual(
      [0, 350, 999.9, 45_000, 200_000, 3_600_000, 3_661_000, 187_200_000].map(show),
      ['0ms', '350ms', '999ms', '45s', '3m 20s', '1h', '1h 1m', '2d 4h'],
    );
  });

  it('show money in cents with its currency', () => {
    const show = (value: number): string => showMoney(money(value), 'USD');
    assert.deepEqual([0, 1_234_500_000, -70_000, 1_234_567_890_000, -1, 999_999].map(show), [
      '0.00 USD',
      '1,234.50 USD',
      '-0.07 USD',
      '1,234,567.89 USD',
      '0.00 USD',
      '1.00 USD',
    ]);
  });

  it('show shares as percent, and a dash where there is no number', () => {
    assert.deepEqual([0, 0.025, 0.43, -0.003, 1.2, -0, 0.0999].map(showPercent), [
      '0 %',
      '2.5 %',
      '43 %',
      '-0.3 %',
      '120 %',
      '0 %',
      '10 %',
    ]);
    assert.equal(showPercent(Number.NaN), '-');
  });
});
