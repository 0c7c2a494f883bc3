import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A standalone process under test. */
export interface StandaloneProcess {
  readonly child: ChildProcess;
  /** Resolves with exit code, signal and everything it wrote. */
  readonly ended: Promise<Ended>;
  /** Resolves once standard error matches; rejects when the process ends first. */
  until(pattern: RegExp): Promise<RegExpMatchArray>;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = fileURLToPath(new URL('../../apps/standalone/src/main.ts', import.meta.url));

/** Starts standalone on `dataDir` with any free port; `env` is added to this process' own. */
export function startStandalone(
  dataDir: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): StandaloneProcess {
  const child = spawn(
    process.execPath,
    [MAIN, '--data', dataDir, ...(args.includes('--port') ? [] : ['--port', '0']), ...args],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of waiting) look();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const until = (pattern: RegExp): Promise<RegExpMatchArray> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = stderr.match(pattern);
        if (match === null) return;
        waiting.delete(look);
        resolve(match);
      };
      waiting.add(look);
      void ended.then(() => reject(new Error(`ended before ${pattern}:\n${stderr}`)));
      look();
    });
  return { child, ended, until };
}
