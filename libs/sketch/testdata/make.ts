/**
 * Prints sketch-v1.json anew: `node libs/sketch/testdata/make.ts`. The file is what version 1 has always
 * been; a difference after a run is a break of the format, and needs a version 2 beside it.
 */
import { encodeSketch, Sketch } from '../src/index.ts';

const cases: { name: string; scale: number; values: [number, number][] }[] = [
  { name: 'empty', scale: 5, values: [] },
  { name: 'zeros only', scale: 5, values: [[0, 300]] },
  { name: 'one value', scale: 5, values: [[0.125, 1]] },
  { name: 'smallest double', scale: 20, values: [[Number.MIN_VALUE, 1]] },
  {
    name: 'CPU rates in cores',
    scale: 5,
    values: [[0, 2], [0.1, 1], [0.2512345, 70], [0.26, 63], [0.2777, 64], [0.3, 9], [1.7, 1]],
  },
  {
    name: 'memory in pages',
    scale: 5,
    values: [[300 * 2 ** 20, 200], [301 * 2 ** 20, 39], [320 * 2 ** 20 + 4096, 1]],
  },
  { name: 'whole numbers off the pages', scale: 3, values: [[1, 1], [1000, 2], [123456789, 3]] },
  { name: 'coarsest scale', scale: -10, values: [[0.5, 1], [2, 4]] },
  { name: 'counts past 32 bits', scale: 0, values: [[3, 2 ** 40], [96, 1]] },
];
const golden = cases.map(({ name, scale, values }) => {
  const sketch = new Sketch({ scale });
  for (const [value, count] of values) sketch.add(value, count);
  return { name, scale, values, hex: Buffer.from(encodeSketch(sketch)).toString('hex') };
});
console.log(`[\n${golden.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n]`);
