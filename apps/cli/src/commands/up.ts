import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Starts the standalone process with `args`, passes signals on and resolves with its exit code. */
export function up(args: readonly string[]): Promise<number> {
  const main = fileURLToPath(new URL('../../../standalone/src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', pass);
  process.on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', pass);
      process.off('SIGTERM', pass);
      resolve(signal ? 1 : (code ?? 1));
    });
  });
}
