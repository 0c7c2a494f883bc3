import type { TestContext } from 'node:test';
import { createLog, Metrics } from '@trimtab/daemon';
import { connect, type Database, type StoreRole } from '@trimtab/store';
import { type SeededTenant, seedTenant, testDatabase } from '@trimtab/store/testing';
import { declareMetrics } from '../src/metrics.ts';

/** A fresh database with one tenant, as the controller and as the superuser see it. */
export interface Bench extends SeededTenant {
  readonly url: string;
  /** Acts as trimtab_controller. */
  readonly db: Database;
  /** Acts as trimtab_ingest. */
  readonly ingest: Database;
  /** The superuser. */
  readonly admin: Database;
  /** Another pool of the controller's, as a second replica would have. */
  another(): Database;
}

/** Makes a bench that is taken down with the test. */
export async function makeBench(scope: TestContext): Promise<Bench> {
  const { url, stop } = await testDatabase();
  const opened: Database[] = [];
  const open = (role?: StoreRole): Database => {
    const db = connect({
      url,
      ...(role === undefined ? {} : { role }),
      poolSize: 6,
      applicationName: `controller-test-${role ?? 'admin'}`,
    });
    opened.push(db);
    return db;
  };
  scope.after(async () => {
    await Promise.all(opened.map((db) => db.close()));
    await stop();
  });
  const seeded = await seedTenant(url, 'acme');
  const another = () => open('trimtab_controller');
  return { url, ...seeded, db: another(), ingest: open('trimtab_ingest'), admin: open(), another };
}

/** A log that keeps its lines, and metrics of their own. */
export function quiet() {
  const lines: string[] = [];
  const registry = new Metrics();
  return {
    lines,
    registry,
    log: createLog({ process: 'test', write: (line) => lines.push(line) }),
    metrics: declareMetrics(registry),
  };
}
