export { syntheticFleet } from './synthetic-fleet.ts';
