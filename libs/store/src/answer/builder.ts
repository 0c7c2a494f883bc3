import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import type { Tx } from '../connect/index.ts';
import type { AnswerTables } from './tables.ts';

/** Builds statements and never runs one: the role, the tenants and the snapshot belong to a `Tx`. */
export function statements(): Kysely<AnswerTables> {
  return new Kysely<AnswerTables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

/** Runs a built statement inside a transaction, with the row type that the builder worked out. */
export async function run<R>(tx: Tx, statement: Compilable<R>): Promise<R[]> {
  const { sql, parameters } = statement.compile();
  return await tx.query<R>(sql, [...parameters]);
}
