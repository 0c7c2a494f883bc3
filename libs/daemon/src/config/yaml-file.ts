import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A configuration is a page or two; more is the wrong file. */
const LARGEST_FILE_BYTES = 1024 * 1024;
/** Aliases may not blow a small file up into a large value. */
const MOST_ALIASES = 100;

/** What a YAML file gave: its value, or what is wrong with it, one sentence each. */
export type YamlOutcome =
  | { readonly kind: 'read'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** Reads one YAML document of at most 1 MiB; an empty file is an empty mapping. Never throws. */
export function readYamlFile(file: string): YamlOutcome {
  try {
    const { size } = statSync(file);
    if (size > LARGEST_FILE_BYTES) {
      return refused(`the file has ${size} bytes; expected at most ${LARGEST_FILE_BYTES}`);
    }
    return parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    return refused(`the file cannot be read (${reasonOf(error)}); expected a YAML file`);
  }
}

/** Parses one YAML document. Never throws. */
function parseYaml(text: string): YamlOutcome {
  // Loaded only here: a process configured by its environment alone is spared 12 MB.
  const yaml: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  try {
    const document = yaml.parseDocument(text, { prettyErrors: true });
    const complaints = [...document.errors, ...document.warnings];
    if (complaints.length > 0) {
      return refused(...complaints.map(({ message }) => message.split('\n', 1)[0] ?? ''));
    }
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return { kind: 'read', value: value ?? {} };
  } catch (error) {
    return refused(reasonOf(error));
  }
}

function refused(...reasons: string[]): YamlOutcome {
  return { kind: 'refused', reasons };
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return error instanceof Error ? error.message : String(error);
}
