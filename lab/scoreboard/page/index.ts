export { riskCharts, setCharts } from './charts.ts';
export type { RunCost, SetCost } from './cost.ts';
export { COST_HEADING, scoreboardPage, sectionsOf } from './scoreboard-page.ts';
