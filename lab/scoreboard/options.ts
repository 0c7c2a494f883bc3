import { parseArgs } from 'node:util';

/** What the scoreboard was asked for. */
export interface ScoreboardOptions {
  /** Folder of trace sets. */
  readonly traces: string;
  /** Names of the sets wanted; absent for all. */
  readonly sets?: readonly string[];
  /** Print JSON instead of writing the page. */
  readonly isJson: boolean;
  /** Compare with the page instead of writing it. */
  readonly isCheck: boolean;
  /** Folder of scoreboard.md and of the charts' folder. */
  readonly out: string;
}

export type ParsedOptions =
  | { readonly kind: 'options'; readonly options: ScoreboardOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly message: string };

export const USAGE = `npm run scoreboard -- [--traces FOLDER] [--sets A,B] [--json | --check] [--out FOLDER]

  --traces FOLDER  recordings to replay, <set>.csv.gz each; default: the environment's TRIMTAB_TRACES
  --sets A,B       only these sets; default: all of the folder
  --json           print every figure as JSON and write nothing
  --check          compare with the page in the output folder and write nothing; exit code 1 where they differ
  --out FOLDER     where scoreboard.md and scoreboard/*.svg go; default: docs`;

/** Reads the command line; the environment gives the traces' folder where no option does. */
export function parseOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ParsedOptions {
  const found = parsed(args);
  if (found.kind === 'refused') return found;
  const { values } = found;
  if (values.help) return { kind: 'help' };
  const traces = values.traces ?? env['TRIMTAB_TRACES'] ?? '';
  const sets = values.sets?.split(',').map((name) => name.trim());
  if (traces === '') {
    return refused('found no folder of recordings; expected --traces FOLDER or TRIMTAB_TRACES');
  }
  if (sets?.includes('')) {
    return refused(`found --sets '${values.sets}'; expected names of sets, parted by commas`);
  }
  if (values.json && values.check) return refused('found --json and --check; expected one of them');
  return {
    kind: 'options',
    options: {
      traces,
      ...(sets === undefined ? {} : { sets }),
      isJson: values.json ?? false,
      isCheck: values.check ?? false,
      out: values.out ?? 'docs',
    },
  };
}

interface Values {
  readonly traces?: string | undefined;
  readonly sets?: string | undefined;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
  readonly check?: boolean | undefined;
  readonly help?: boolean | undefined;
}

type Parsed =
  | { readonly kind: 'values'; readonly values: Values }
  | { readonly kind: 'refused'; readonly message: string };

function parsed(args: readonly string[]): Parsed {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        traces: { type: 'string' },
        sets: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean' },
        check: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return { kind: 'values', values };
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}

function refused(message: string): { readonly kind: 'refused'; readonly message: string } {
  return { kind: 'refused', message };
}
