import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recommendationCsv } from './csv.ts';
import { explanation } from './explain.ts';
import { CPU_ONLY, FULL, LEAKING } from './fixtures.ts';
import { recommendationTable, whyOf } from './recommendations.ts';

const PLAIN = { color: false } as const;

function cells(line: string | undefined): string[] {
  return (line ?? '').split(/ {2,}/);
}

test('a full row shows requests, numbers, changes, proof and days', () => {
  const [, line] = recommendationTable([FULL], PLAIN).split('\n');
  assert.deepEqual(cells(line).slice(0, 13), [
    'shop',
    'cart',
    'main',
    '1',
    '250m',
    '-75 %',
    '1 GiB',
    '512 MiB',
    '-50 %',
    '2.4',
    '0.0',
    '0',
    '11/14',
  ]);
});

test('what was not measured is a dash and its reason stands beside it', () => {
  const [, line] = recommendationTable([CPU_ONLY], PLAIN).split('\n');
  assert.deepEqual(cells(line).slice(3, 13), [
    '-',
    '250m',
    '-',
    '-',
    '-',
    '-',
    '2.4',
    '-',
    '-',
    '11/14',
  ]);
  assert.match(line ?? '', /memory withheld: this source has no memory readings/);
  assert.match(line ?? '', /no requests told/);
});

test('made-up usage is marked where people look for the reason', () => {
  assert.match(whyOf({ ...FULL, synthetic: true }), /^\[synthetic\] /);
});

test('the first warning stands before the rules, a mere note does not', () => {
  assert.match(whyOf(LEAKING), /^memory leak, 168 MiB\/day; CPU: peak of 8 days/);
  const notes = LEAKING.findings.filter(({ severity }) => severity === 'info');
  assert.match(whyOf({ ...LEAKING, findings: notes }), /^CPU: peak of 8 days/);
});

test('an explanation tells all that was found as sentences', () => {
  const text = explanation(LEAKING);
  assert.match(text, /\nFound:\n {2}warning \(leak\): memory grows by 168 MiB a day .*off\.\n/);
  assert.match(text, /\n {2}note \(start-up\): start-up needs 1\.5 cores .* needs 115m\.$/);
  assert.doesNotMatch(explanation(FULL), /Found/);
});

test('a plain table cuts the reason, a wide one does not', () => {
  const bound = 'x'.repeat(200);
  const row = {
    ...FULL,
    cpu: { ...FULL.cpu, recommended: { request: 1, limit: null, model: 'm', bound } },
  };
  assert.ok(!recommendationTable([row], PLAIN).includes(bound));
  assert.ok(recommendationTable([row], { ...PLAIN, wide: true }).includes(bound));
});

test('an explanation says number, rule, proof and why a part is missing', () => {
  const text = explanation(CPU_ONLY);
  assert.match(text, /CPU: request now -, limit now - \(no request was told\)/);
  assert.match(text, /recommended: request 250m, no limit/);
  assert.match(text, /bound by: peak of 8 days/);
  assert.match(text, /withheld \(not-measured\): this source has no memory readings/);
  assert.match(text, /2\.4 minutes a day above the request/);
});

test('CSV leaves a missing value empty and disarms a formula', () => {
  const [head, line] = recommendationCsv([{ ...CPU_ONLY, workload: '=1+1,"x"' }]).split('\r\n');
  assert.equal(head?.split(',').length, 19);
  assert.match(line ?? '', /"'=1\+1,""x"""/);
  assert.match(line ?? '', /,partial,,250,,,,/);
});
