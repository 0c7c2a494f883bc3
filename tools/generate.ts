/**
 * Makes the committed generated code again from its sources: `npm run generate`. With `--check` nothing
 * in the tree is written: the code is made in a temporary folder, compared, and a difference ends with 1.
 * Works without a network: buf and its plugin come out of node_modules.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

const ROOT = dirname(import.meta.dirname);

/** Folders of .proto files and where their TypeScript goes, relative to the repository. */
const PROTO_TARGETS = [
  { owner: 'libs/wire', from: 'libs/wire/proto', to: 'libs/wire/src/otlp/gen' },
];

function main(): void {
  const mode = process.argv[2] ?? '--write';
  if (mode !== '--write' && mode !== '--check') {
    console.error(`generate: found argument '${mode}'; expected --check or nothing`);
    process.exit(2);
  }
  const work = mkdtempSync(join(tmpdir(), 'trimtab-generate-'));
  try {
    const differences = PROTO_TARGETS.flatMap((target, index) => {
      const made = join(work, String(index));
      generateProto(target, made, join(work, 'cache'));
      return mode === '--check' ? compare(made, target.to) : replace(made, target.to);
    });
    report(mode, differences);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function report(mode: '--write' | '--check', differences: readonly string[]): void {
  for (const difference of differences) console.error(`generate: ${difference}`);
  if (mode === '--check' && differences.length > 0) {
    console.error(
      'generate: the committed code is not what its sources give; run `npm run generate`',
    );
    process.exitCode = 1;
    return;
  }
  console.error(differences.length === 0 ? 'generate: nothing changed' : 'generate: written');
}

/** Runs buf over one folder; a failing run ends the program with buf's own message. */
function generateProto(target: (typeof PROTO_TARGETS)[number], out: string, cache: string): void {
  const require = createRequire(join(ROOT, target.owner, 'package.json'));
  const tool = (name: string, file: string) =>
    join(dirname(require.resolve(`${name}/package.json`)), 'bin', file);
  const template = {
    version: 'v2',
    plugins: [
      {
        local: [process.execPath, tool('@bufbuild/protoc-gen-es', 'protoc-gen-es')],
        out,
        opt: ['target=ts'],
      },
    ],
  };
  const args = [tool('@bufbuild/buf', 'buf'), 'generate', '--template', JSON.stringify(template)];
  const run = spawnSync(process.execPath, [...args, join(ROOT, target.from)], {
    encoding: 'utf8',
    env: { ...process.env, BUF_CACHE_DIR: cache },
    timeout: 60_000,
  });
  if (run.status === 0) return;
  throw new Error(
    `generate: buf ended with ${run.status ?? run.signal} on ${target.from}; expected 0\n${run.stderr}`,
    { cause: run.error },
  );
}

/** Names every file that is missing, left over or different in the committed folder. */
function compare(made: string, committed: string): string[] {
  const fresh = readTree(made);
  const old = readTree(join(ROOT, committed));
  const names = [...new Set([...fresh.keys(), ...old.keys()])].sort();
  return names.flatMap((name) => {
    const path = join(committed, name);
    if (!old.has(name)) return [`${path} is missing`];
    if (!fresh.has(name)) return [`${path} has no source any more`];
    return fresh.get(name) === old.get(name) ? [] : [`${path} differs`];
  });
}

/** Makes the committed folder equal to the fresh one and returns what changed. */
function replace(made: string, committed: string): string[] {
  const differences = compare(made, committed);
  if (differences.length === 0) return [];
  const to = join(ROOT, committed);
  rmSync(to, { recursive: true, force: true });
  for (const [name, text] of readTree(made)) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    writeFileSync(join(to, name), text);
  }
  return differences;
}

/** Every file below a folder by its relative path; empty where there is no such folder. */
function readTree(folder: string): Map<string, string> {
  const tree = new Map<string, string>();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    tree.set(path.slice(folder.length + 1), readFileSync(path, 'utf8'));
  }
  return tree;
}

main();
