import { COST_HEADING, sectionsOf } from './page/index.ts';

const SHOWN_LINES = 5;

/**
 * What differs between the page that stands and the page that the code gives, in words; the section on
 * run time is left aside. With `sets`, only the sections of these sets are compared.
 */
export function differences(
  standing: string,
  fresh: string,
  sets: readonly string[] | undefined,
): string[] {
  const before = sectionsOf(standing);
  const after = sectionsOf(fresh);
  const headings = sets ?? [...new Set([...before.keys(), ...after.keys()])];
  return headings
    .filter((heading) => heading !== COST_HEADING)
    .flatMap((heading) => sectionDifference(heading, before.get(heading), after.get(heading)));
}

/** Charts that are not what the code gives, in words; `standing` gives a chart's text by its name, if it is there. */
export function chartDifferences(
  fresh: ReadonlyMap<string, string>,
  standing: (name: string) => string | undefined,
): string[] {
  return [...fresh].flatMap(([name, svg]) => {
    const found = standing(name);
    if (found === undefined) return [`${name}: the chart is missing`];
    return found === svg ? [] : [`${name}: the chart differs`];
  });
}

function sectionDifference(
  heading: string,
  before: string | undefined,
  after: string | undefined,
): string[] {
  if (before === after) return [];
  if (before === undefined) return [`${heading}: the page has no such section`];
  if (after === undefined) return [`${heading}: not among the sets that were replayed`];
  const standing = new Set(before.split('\n'));
  const lines = after.split('\n').filter((line) => !standing.has(line));
  const shown = lines.slice(0, SHOWN_LINES).map((line) => `  now: ${line}`);
  return [`${heading}: ${lines.length} lines differ`, ...shown];
}
