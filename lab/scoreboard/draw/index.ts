export { curveChart } from './curve-chart.ts';
export { type ReliabilityPoint, reliabilityChart } from './reliability-chart.ts';
