/** Half-open runs of seconds. */
export type Run = readonly [from: number, to: number];

/** Which seconds of an hour a sender covered. Adding is cheap for runs seen before: a node's containers share theirs. */
export class Coverage {
  // from * 4096 + to; both are at most 3,600.
  readonly #runs = new Set<number>();

  /** Adds the seconds from `from` up to, not including, `to`; 0 <= from < to <= 3,600. */
  add(from: number, to: number): void {
    this.#runs.add(from * 4096 + to);
  }

  /** The runs covered, joined where they touch or overlap, in order. */
  runs(): Run[] {
    const joined: [number, number][] = [];
    for (const run of [...this.#runs].sort((a, b) => a - b)) {
      const from = Math.floor(run / 4096);
      const to = run % 4096;
      const last = joined.at(-1);
      if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
      else joined.push([from, to]);
    }
    return joined;
  }
}
