import type { Tx } from '../connect/index.ts';

/** A run as it is kept. */
export interface RunRow {
  readonly runId: number;
  readonly kind: 'daily' | 'full';
  readonly epoch: number;
  readonly asOfDay: number;
  /** As it was given to `openRun`; the reader checks it. */
  readonly plan: unknown;
  readonly openedAt: Date;
  readonly committedAt: Date | null;
}

const COLUMNS = `run_id as "runId", kind, epoch, as_of_day as "asOfDay", plan,
  opened_at as "openedAt", committed_at as "committedAt"`;

/** The open run, if there is one; the newest where an older version left several. */
export async function findOpenRun(db: Pick<Tx, 'query'>): Promise<RunRow | undefined> {
  const rows = await db.query<RunRow>(
    `select ${COLUMNS} from run where state = 'open' order by run_id desc limit 1`,
  );
  return rows[0];
}

/** The newest committed run: what readers see. */
export async function findCommittedRun(db: Pick<Tx, 'query'>): Promise<RunRow | undefined> {
  const rows = await db.query<RunRow>(
    `select ${COLUMNS} from run where state = 'committed' order by run_id desc limit 1`,
  );
  return rows[0];
}
