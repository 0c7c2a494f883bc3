import * as h from '@trimtab/history';
import { containerSamples, hourOfWindows } from './sketch-load.ts';

const days = Array.from({ length: 20 }, (_, s) => {
  const c = containerSamples(s);
  return Array.from({ length: 24 }, (_, i) =>
    h.hourOfPods([{ podUid: 'a', windows: hourOfWindows(c, 480000 + i) }]),
  );
});
const sums = days.map((d) => h.encodeDaySum(h.sumDay(d)));
const hours = days.flat().map((x) => h.encodeHour(x));
const dec = hours.map((x) => h.decodeHour(x).content);
const wins = days.map((_, s) => hourOfWindows(containerSamples(s), 480000));
function t(name: string, n: number, f: () => void) {
  let best = 1e9;
  for (let r = 0; r < 25; r++) {
    const s = performance.now();
    let c = 0;
    while (performance.now() - s < 40) {
      f();
      c += n;
    }
    best = Math.min(best, ((performance.now() - s) * 1e3) / c);
  }
  console.log(name, best.toFixed(2), 'us');
}
t('decodeDaySum', 20, () => {
  for (const s of sums) h.decodeDaySum(s);
});
