/** The mean of the values from a place on; 0 of none. */
export function mean(values: readonly number[], from = 0): number {
  let sum = 0;
  for (let place = from; place < values.length; place += 1) sum += values[place] ?? 0;
  return from >= values.length ? 0 : sum / (values.length - from);
}

/** The standard deviation about the mean of the values from a place on; 0 of none. */
export function spread(values: readonly number[], from = 0): number {
  return spreadAbout(mean(values, from), values, from);
}

/** The same where the mean of these values is known. */
export function spreadAbout(middle: number, values: readonly number[], from = 0): number {
  let sum = 0;
  for (let place = from; place < values.length; place += 1) {
    sum += ((values[place] ?? 0) - middle) ** 2;
  }
  return from >= values.length ? 0 : Math.sqrt(sum / (values.length - from));
}

/** The highest of the values in places [from, to); -Infinity of none. */
export function top(values: readonly number[], from = 0, to = values.length): number {
  let highest = -Infinity;
  for (let place = from; place < to; place += 1) {
    const value = values[place] ?? highest;
    if (value > highest) highest = value;
  }
  return highest;
}

/** The lowest of the values from a place on; Infinity of none. */
export function bottom(values: readonly number[], from = 0): number {
  let lowest = Infinity;
  for (let place = from; place < values.length; place += 1) {
    const value = values[place] ?? lowest;
    if (value < lowest) lowest = value;
  }
  return lowest;
}

/** The values from a place on, rising; by insertion, for the few that a month has. */
export function risingFrom(values: readonly number[], from: number): number[] {
  const rising: number[] = [];
  for (let next = from; next < values.length; next += 1) {
    const value = values[next] ?? 0;
    let place = rising.length;
    rising.push(value);
    while (place > 0 && (rising[place - 1] ?? 0) > value) {
      rising[place] = rising[place - 1] ?? 0;
      place -= 1;
    }
    rising[place] = value;
  }
  return rising;
}

/** The quantile of rising values, linear between two; 0 of none. */
export function quantile(rising: readonly number[], share: number): number {
  const place = share * (rising.length - 1);
  const below = rising[Math.floor(place)] ?? 0;
  const above = rising[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
