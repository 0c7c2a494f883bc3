import { decodeBlock, encodeBlock } from '@trimtab/history';
import { epochHour } from '@trimtab/units';
import { nodeUsage } from './sketch-load.ts';

const hour = epochHour(480000);
const containers = nodeUsage(110, hour);
const b = encodeBlock({ hour, containers });
let best = 0;
for (let r = 0; r < 40; r++) {
  const s = performance.now();
  let n = 0;
  while (performance.now() - s < 60) {
    decodeBlock(b);
    n += 110;
  }
  best = Math.max(best, (n / (performance.now() - s)) * 1e3);
}
console.log(Math.round(best), b.length);
