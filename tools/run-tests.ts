/**
 * Runs one kind of test: `pure` (x.test.ts, one process), `db` (x.db.test.ts, a process a file) or
 * `e2e` (x.e2e.test.ts, one after another, since each starts whole processes).
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import process from 'node:process';

const KINDS = {
  pure: {
    suffix: '.test.ts',
    not: ['.db.test.ts', '.e2e.test.ts'],
    args: ['--test-isolation=none'],
  },
  db: { suffix: '.db.test.ts', not: [], args: ['--test-concurrency=2'] },
  e2e: { suffix: '.e2e.test.ts', not: [], args: ['--test-concurrency=1'] },
} as const;

function isKind(value: string | undefined): value is keyof typeof KINDS {
  return value !== undefined && Object.hasOwn(KINDS, value);
}

const wanted = process.argv[2];
if (!isKind(wanted)) {
  console.error(`run-tests: found kind '${wanted ?? ''}'; expected one of ${Object.keys(KINDS)}`);
  process.exit(2);
}
const kind = KINDS[wanted];
const files = globSync('{apps,libs,lab,tools}/**/*.test.ts', {
  exclude: (path) => path.includes('node_modules'),
})
  .filter((file) => file.endsWith(kind.suffix) && !kind.not.some((end) => file.endsWith(end)))
  .sort();
if (files.length === 0) {
  console.error(`run-tests: found no ${kind.suffix} file below apps, libs, lab and tools`);
  process.exit(1);
}
const args = ['--test', ...kind.args, ...process.argv.slice(3), ...files];
const child = spawn(process.execPath, args, { stdio: 'inherit' });
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
