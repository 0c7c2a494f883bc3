import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/**
 * Makes the links that the package's install script would have made, from its own list
 * (`pg-symlinks.json` in `root`, the package's `native` folder or a copy of it). Links that lead to
 * a file stay as they are. Throws where the list is no list or the folder cannot be written.
 */
export function linkMissing(root: string): void {
  for (const { source, target } of readLinks(join(root, 'pg-symlinks.json'))) {
    const link = place(root, target);
    if (existsSync(link)) continue;
    // A link that leads nowhere does not exist for the check above, but is in the way.
    rmSync(link, { force: true });
    symlinkSync(relative(dirname(link), place(root, source)), link);
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The paths in the list begin with `native/`, whatever the folder is called here. */
function place(root: string, path: string): string {
  return join(dirname(root), path.replace(/^native/, basename(root)));
}

function readLinks(path: string): Link[] {
  if (!existsSync(path)) return [];
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(content)) throw new Error(`${path} is not a list of links`);
  return content.filter(isLink);
}

function isLink(value: unknown): value is Link {
  if (typeof value !== 'object' || value === null) return false;
  if (!('source' in value) || !('target' in value)) return false;
  return [value.source, value.target].every(
    (path) => typeof path === 'string' && path.startsWith('native/') && !path.includes('..'),
  );
}
