export {
  emptyTestDatabase,
  type TestDatabase,
  type TestScope,
  testDatabase,
} from './database.ts';
export { type SeededTenant, seedTenant } from './seed.ts';
