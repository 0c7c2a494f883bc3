import process from 'node:process';
import { CommanderError } from 'commander';
import { CliError, EXIT } from './errors.ts';
import { createProgram } from './program.ts';

// A reader that closes the pipe early (`trimtab recs | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed);
});

try {
  const program = createProgram({
    env: process.env,
    cwd: process.cwd(),
    color: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
    now: () => performance.now(),
    print: (text) => process.stdout.write(`${text}\n`),
    progress: process.stderr,
    leave: (code) => {
      process.exitCode = code;
    },
  });
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}

/** Prints what commander has not printed yet; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  process.stderr.write(`trimtab: ${error instanceof Error ? error.message : String(error)}
`);
  return error instanceof CliError ? error.exitCode : EXIT.failed;
}
