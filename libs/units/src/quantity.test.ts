import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bytes, millicores } from './checked.ts';
import { UnitError } from './errors.ts';
import {
  formatCpuQuantity,
  formatMemoryQuantity,
  parseCpuQuantity,
  parseMemoryQuantity,
} from './quantity.ts';

/** A quantity's text, taken apart so that its exact value can be reckoned in another way. */
const cpuText = fc.record({
  digits: fc.bigInt({ min: 0n, max: 9_000n }),
  fractionDigits: fc.integer({ min: 0, max: 6 }),
  suffix: fc.constantFrom('', 'm', 'k', 'e0', 'E-1', 'e+1', 'u'),
});

function withPoint(digits: bigint, fractionDigits: number): string {
  const padded = digits.toString().padStart(fractionDigits + 1, '0');
  const whole = padded.slice(0, padded.length - fractionDigits);
  return fractionDigits === 0 ? whole : `${whole}.${padded.slice(-fractionDigits)}`;
}

describe('parseCpuQuantity', () => {
  it('reads every suffix of the grammar', () => {
    const expected: [string, number][] = [
      ['100m', 100],
      ['0.1', 100],
      ['.5', 500],
      ['1.', 1_000],
      ['1.5', 1_500],
      ['+2', 2_000],
      ['1k', 1_000_000],
      ['1e3', 1_000_000],
      ['1E3', 1_000_000],
      ['2e-1', 200],
      ['1e+1', 10_000],
      ['250000u', 250],
      ['250000000n', 250],
      ['1Ki', 1_024_000],
      ['0', 0],
      ['-0', 0],
      ['0E', 0],
      ['12345678n', 12.345678],
    ];
    for (const [text, millis] of expected) assert.equal(parseCpuQuantity(text), millis, text);
  });

  it('rounds what is finer than a nanocore up, as Kubernetes does', () => {
    assert.equal(parseCpuQuantity('1.5n'), 0.000002);
    assert.equal(parseCpuQuantity('1e-100'), 0.000001);
  });

  it('gives the double nearest to the exact decimal', () => {
    fc.assert(
      fc.property(cpuText, ({ digits, fractionDigits, suffix }) => {
        const text = `${withPoint(digits, fractionDigits)}${suffix}`;
        const powers = { '': 0, m: -3, k: 3, e0: 0, 'E-1': -1, 'e+1': 1, u: -6 };
        const power = powers[suffix] - fractionDigits;
        // Nano is the grain: below it the value is rounded up.
        const nano = power + 9;
        const nanocores =
          nano >= 0
            ? digits * 10n ** BigInt(nano)
            : (digits + 10n ** BigInt(-nano) - 1n) / 10n ** BigInt(-nano);
        assert.equal(parseCpuQuantity(text), Number(nanocores) / 1e6);
      }),
    );
  });

  it('gives back every whole number of millicores it printed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000 }), (millis) => {
        assert.equal(parseCpuQuantity(formatCpuQuantity(millicores(millis))), millis);
      }),
    );
  });
});

describe('parseMemoryQuantity', () => {
  it('reads every suffix of the grammar', () => {
    const expected: [string, number][] = [
      ['128Mi', 134_217_728],
      ['0.5Gi', 536_870_912],
      ['1Ki', 1_024],
      ['1Ti', 1_099_511_627_776],
      ['2Pi', 2_251_799_813_685_248],
      ['1e9', 1_000_000_000],
      ['1G', 1_000_000_000],
      ['1E3', 1_000],
      ['500000m', 500],
      ['1', 1],
      ['0', 0],
      ['0Ei', 0],
    ];
    for (const [text, size] of expected) assert.equal(parseMemoryQuantity(text), size, text);
  });

  it('rounds a fraction of a byte up, as the kubelet does', () => {
    assert.equal(parseMemoryQuantity('1.1Gi'), 1_181_116_007);
    assert.equal(parseMemoryQuantity('100m'), 1);
  });

  it('gives back every number of bytes it printed', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (size) => {
        assert.equal(parseMemoryQuantity(formatMemoryQuantity(bytes(size))), size);
      }),
    );
  });

  it('keeps the order of what it reads', () => {
    const text = fc
      .tuple(fc.integer({ min: 0, max: 4_096 }), fc.constantFrom('', 'Ki', 'Mi', 'k', 'M'))
      .map(([number, suffix]) => `${number}${suffix}`);
    const factors: Record<string, number> = { '': 1, Ki: 1_024, Mi: 2 ** 20, k: 1_000, M: 1e6 };
    const reckon = (of: string): number => {
      const number = Number.parseInt(of, 10);
      return number * (factors[of.replace(/^\d+/, '')] ?? Number.NaN);
    };
    fc.assert(
      fc.property(text, text, (a, b) => {
        const order = Math.sign(parseMemoryQuantity(a) - parseMemoryQuantity(b));
        assert.equal(order, Math.sign(reckon(a) - reckon(b)));
      }),
    );
  });
});

describe('refusals', () => {
  const codeOf = (text: string): string => {
    try {
      parseMemoryQuantity(text);
    } catch (error) {
      if (error instanceof UnitError) return error.code;
      throw error;
    }
    return 'accepted';
  };

  it('refuses garbage, blanks, doubled and unknown suffixes', () => {
    const garbage = [
      '',
      ' ',
      ' 1',
      '1 ',
      '1 Gi',
      '1\n',
      'abc',
      '.',
      '+',
      '-',
      'Mi',
      '1.2.3',
      '1,5',
      '1_000',
      '0x10',
      '1Kii',
      '1mm',
      '1MiMi',
      '1K',
      '1mi',
      '1e',
      '1e+',
      '1e1.5',
      '1e3m',
      '1Ee3',
      '--1',
      '+-1',
      'NaN',
      'Infinity',
      '١',
    ];
    for (const text of garbage) assert.equal(codeOf(text), 'TT_UNITS_BAD_QUANTITY', `'${text}'`);
  });

  it('refuses negative quantities', () => {
    assert.equal(codeOf('-1'), 'TT_UNITS_NEGATIVE_QUANTITY');
    assert.equal(codeOf('-0.5Gi'), 'TT_UNITS_NEGATIVE_QUANTITY');
  });

  it('refuses what a double cannot hold exactly, at once', () => {
    for (const text of ['8Pi', '1Ei', '1e16', '1e99999999999', '9'.repeat(60)]) {
      assert.equal(codeOf(text), 'TT_UNITS_OUT_OF_RANGE', text);
    }
    assert.equal(parseMemoryQuantity('9007199254740991'), Number.MAX_SAFE_INTEGER);
    assert.throws(() => parseCpuQuantity('10M'), { code: 'TT_UNITS_OUT_OF_RANGE' });
  });

  it('says what was found and what was expected, and does not repeat a huge text', () => {
    assert.throws(() => parseCpuQuantity('12 cores'), /found quantity '12 cores'; expected digits/);
    assert.throws(() => parseCpuQuantity('1'.repeat(100_000)), /found quantity a text of 100000/);
  });

  it('reads or refuses any text, and never gives a number that is no quantity', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'019.+-eEmKMi ') }), (text) => {
        try {
          assert.ok(Number.isSafeInteger(parseMemoryQuantity(text)));
        } catch (error) {
          assert.ok(error instanceof UnitError);
        }
      }),
    );
  });
});

describe('formatting', () => {
  it('prints CPU in whole millicores, rounded up', () => {
    const print = (value: number): string => formatCpuQuantity(millicores(value));
    assert.deepEqual([0, 100, 1_500, 2_000, 100.2].map(print), ['0', '100m', '1500m', '2', '101m']);
  });

  it('prints memory with the largest suffix that divides it', () => {
    const print = (value: number): string => formatMemoryQuantity(bytes(value));
    const sizes = [0, 1, 1_023, 1_024, 1_536, 128 * 2 ** 20, 2 ** 30, 1_536 * 2 ** 20, 1e9];
    assert.deepEqual(sizes.map(print), [
      '0',
      '1',
      '1023',
      '1Ki',
      '1536',
      '128Mi',
      '1Gi',
      '1536Mi',
      '1000000000',
    ]);
  });
});
