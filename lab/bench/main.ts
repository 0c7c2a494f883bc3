/**
 * `npm run bench -- AREA [--json]`: measures one area and prints each figure beside its goal.
 * With `--json` one object a line: {"figure","value","unit","goal","holds","peer","peerValue"}.
 * Exit code 0 even where a goal is missed (a figure is a fact, not a verdict); 2 for an unknown area.
 */
import process from 'node:process';
import type { Figure } from './figure.ts';

type Report = (figure: Figure) => void;
type Area = { run(report: Report): Promise<void> };

const AREAS: Readonly<Record<string, () => Promise<Area>>> = {
  sketch: () => import('./sketch.ts'),
  ingest: () => import('./ingest.ts'),
  storage: () => import('./storage.ts'),
};

/** Areas that belong to issues still open; named here so that asking for one is answered plainly. */
const LATER = ['agent', 'remote-write', 'answer', 'analyse', 'failover'];

function printText(figure: Figure): void {
  const goal = figure.goal === null ? '' : `  goal ${figure.goal} ${figure.unit}`;
  const verdict = figure.holds === null ? '' : figure.holds ? '  holds' : '  MISSED';
  const peer =
    figure.peer === null ? '' : `  (${figure.peer}: ${figure.peerValue ?? 'not measured'})`;
  console.log(`${figure.figure}: ${figure.value} ${figure.unit}${goal}${verdict}${peer}`);
}

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  const names = wanted.length > 0 ? wanted : Object.keys(AREAS);
  for (const name of names) {
    const load = AREAS[name];
    if (load === undefined) {
      const known = Object.keys(AREAS).join(', ');
      const later = LATER.includes(name) ? ' (this area is not measured yet)' : '';
      console.error(`bench: found area '${name}'${later}; expected one of ${known}`);
      return 2;
    }
    const area = await load();
    await area.run(json ? (figure) => console.log(JSON.stringify(figure)) : printText);
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
