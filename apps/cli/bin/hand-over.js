/**
 * Runs a TypeScript file of this repository on the pinned Node, whatever Node started us. Plain JavaScript
 * and old syntax on purpose: the host's Node may be 20, which cannot read TypeScript.
 *
 * `node apps/cli/bin/hand-over.js FILE [ARG...]`
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** First Node that runs TypeScript by itself and compresses zstd in core. */
const WANTED_MAJOR = 24;

/** Path of the Node that the lock file pins, or undefined where its install script has not run. */
function pinnedNode() {
  const require = createRequire(import.meta.url);
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  try {
    const path = join(dirname(require.resolve('node/package.json')), 'bin', binary);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Imports `file` here when this Node will do, else runs it with the pinned one and leaves with its exit code. */
export async function handOver(file, args) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= WANTED_MAJOR) {
    process.argv = [process.argv[0], file, ...args];
    await import(pathToFileURL(file).href);
    return;
  }
  const node = pinnedNode();
  if (node === undefined) {
    console.error(
      `trimtab: found Node ${process.versions.node}; expected Node ${WANTED_MAJOR} or newer, and the pinned one is not installed. ` +
        'Run `npm ci` (with install scripts allowed for the package "node"), or start with a newer Node.',
    );
    process.exit(1);
  }
  const child = spawn(node, [file, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => {
    process.exit(signal ? 1 : (code ?? 1));
  });
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [file, ...args] = process.argv.slice(2);
  if (!file) {
    console.error('hand-over: found no file to run; expected: node hand-over.js FILE [ARG...]');
    process.exit(2);
  }
  await handOver(resolve(file), args);
}
