import type { SetBoard } from '../board.ts';
import { costSection, type RunCost } from './cost.ts';
import { setSection } from './set-section.ts';
import { sourcesOf } from './sources.ts';
import { calibrationTable, envelopeTable, peersTable } from './summary.ts';

/** Heading of the section that differs from run to run. */
export const COST_HEADING = 'Run time and memory';

const INTRODUCTION = `# Scoreboard

Recorded usage is replayed day by day: every policy sees only the past, names the next day's request, and the next day judges it.
This page is made by \`npm run scoreboard -- --traces FOLDER\`; point it at a folder of your own recordings (\`<set>.csv.gz\`: series, t, cpu_cores, memory_bytes) to see the same for your containers.
\`npm run scoreboard -- --traces FOLDER --check\` says whether the page still is what the code gives.

**How to read it.** Any policy buys fewer misses with larger requests, so a single number proves nothing: peers are curves, our presets are points, and a point is compared with the curves at its own miss rate.

| score | meaning |
| --- | --- |
| miss | share of container-days with more than 5 % of the 5-minute windows (CPU) or any window (memory: a kill) above the request |
| footprint | sum of request / sum of usage |
| xoracle | what a policy costs against a clairvoyant that names each day exactly (1.0), geometric mean over series; a missed day is charged what it needed |
| envelope | the lowest xoracle any peer reaches at a miss rate, its margin swept and its best percentile taken: VPA, KRR, Autopilot's window, max of 1, 3, 7, 14, 28 days |
| over | share of series that miss more often than chance allows at 3 × the overall rate (binomial, 99 %) |
| slack | (request − P95 of the day) / request |
| min/day above, short | minutes a container-day above the request; core-hours or GiB-hours above it |
| changes/week, down | resizes a container-week, and how many of them downward |

Intervals are 90 % bootstraps over series. A goal holds where the interval's upper end meets it; where fewer than 100 days are missed, a recording cannot tell. A stated risk holds where what came lies in its range.
Series are split by a hash of their id. What was tuned saw the tuned half only; **headline numbers are those of the report half**.
Against peers a preset is compared on the days for which it named a request.
Tables hold the report half of the sets with at least 500 scored days; smaller ones are folded away. Each set has its own section below.`;

/** The page as Markdown. Everything but the section on run time is the same for the same code and recordings. */
export function scoreboardPage(sets: readonly SetBoard[], cost: RunCost): string {
  const sources = sourcesOf(sets.map(({ set }) => set));
  const sections: readonly (readonly [string, string])[] = [
    ["Against the peers' envelope", envelopeTable(sets)],
    ['Stated risk and what came of it', calibrationSection(sets)],
    ["At the peers' own miss rates", peersTable(sets)],
    ...sets.map((board): [string, string] => [board.set, setSection(board)]),
    [COST_HEADING, costSection(cost)],
    ...(sources === '' ? [] : [['Recordings', sources] as const]),
  ];
  const texts = sections.map(([heading, text]) => `## ${heading}\n\n${text}`);
  return `${[INTRODUCTION, ...texts].join('\n\n')}\n`;
}

function calibrationSection(sets: readonly SetBoard[]): string {
  return [
    '![Stated and realised risk, CPU](scoreboard/stated-risk-cpu.svg)',
    '![Stated and realised risk, memory](scoreboard/stated-risk-memory.svg)',
    calibrationTable(sets),
  ].join('\n\n');
}

/** The sections of a page by their heading, to compare two pages piece by piece. */
export function sectionsOf(page: string): Map<string, string> {
  const [, ...parts] = page.split(/^## /m);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end).trim()];
    }),
  );
}
