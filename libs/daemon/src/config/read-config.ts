import { basename } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { ConfigError, type ConfigProblem } from '../errors.ts';
import { checkValue } from './check.ts';
import {
  type EnvironmentSetting,
  environmentSettings,
  environmentValue,
  isMistake,
  pathText,
  withValueAt,
} from './environment.ts';
import { nearestName } from './nearest.ts';
import { type Shape, shapeOf } from './shape.ts';
import { expectedText } from './wording.ts';
import { readYamlFile } from './yaml-file.ts';

/** Where a configuration is read from; later sources win: defaults, file, environment. */
export interface ConfigSources {
  /** Path of a YAML file; without it there is none. */
  readonly file?: string | undefined;
  /** The process' environment; only variables that start with `envPrefix` are looked at. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What our variables start with, its last `_` included, e.g. `TRIMTAB_AGENT_`. Without it `env` is not read. */
  readonly envPrefix?: string;
}

/** A setting for a reference page. */
export interface SettingDescription {
  /** As in `push.intervalSeconds`. */
  readonly path: string;
  /** The environment variable that overrides it. */
  readonly variable: string;
  readonly expected: string;
  readonly description: string;
  /** Undefined when it has no default. */
  readonly fallback: unknown;
}

/**
 * Reads a configuration: file, then environment over it, then defaults from the schema for what is
 * still absent. Unknown settings are refused. Throws one ConfigError with every problem found, or
 * DaemonError TT_CONFIG_SCHEMA when the schema itself uses what is not supported. An environment
 * variable that is empty counts as absent; lists are written with commas.
 */
export function readConfig<const T extends TSchema>(schema: T, sources: ConfigSources): Static<T> {
  const shape = shapeOf(schema);
  const problems: ConfigProblem[] = [];
  const fileName = sources.file === undefined ? undefined : basename(sources.file);
  const fromFile = readFileSource(sources.file, fileName, problems);
  const settings = settingsOf(shape, sources);
  const overlay = readEnvironment(settings, sources, problems);
  const merged = overlay.reduce(
    (root, { path, value }) => withValueAt(root, path, value),
    fromFile,
  );
  // Without a file a setting that is missing is told by the variable that would set it.
  const nameable = fileName === undefined ? named(settings) : overlay;
  const origins = new Map(
    nameable.map(({ name, path }) => [pathText(path), `environment ${name}`]),
  );
  const checked = checkValue(shape, merged, (path) => originOf(path, origins, fileName));
  if (!(fileName !== undefined && problems.some(({ where }) => where === fileName))) {
    problems.push(...checked.problems);
  }
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
  // The walk above is the parser that makes this true.
  return checked.value as Static<T>;
}

/** Every setting that one environment variable can set, in the schema's order, for a reference page. */
export function describeSettings(schema: TSchema, envPrefix: string): SettingDescription[] {
  return [...environmentSettings(shapeOf(schema), envPrefix)].map(
    ([variable, { path, shape }]) => ({
      path: pathText(path),
      variable,
      expected: expectedText(shape),
      description: shape.description ?? '',
      fallback: shape.fallback,
    }),
  );
}

function readFileSource(
  file: string | undefined,
  fileName: string | undefined,
  problems: ConfigProblem[],
): unknown {
  if (file === undefined || fileName === undefined) {
    return {};
  }
  const outcome = readYamlFile(file);
  if (outcome.kind === 'read') {
    return outcome.value;
  }
  for (const reason of outcome.reasons) {
    const expected = 'one YAML document';
    problems.push({
      where: fileName,
      path: '',
      found: reason,
      expected,
      message: `${fileName}: ${reason}`,
    });
  }
  return {};
}

type Settings = ReadonlyMap<string, EnvironmentSetting>;

interface NamedSetting extends EnvironmentSetting {
  readonly name: string;
}

interface Override extends NamedSetting {
  readonly value: unknown;
}

/** What the environment may set; nothing without an environment or a prefix. */
function settingsOf(shape: Shape, { env, envPrefix }: ConfigSources): Settings {
  return env === undefined || envPrefix === undefined
    ? new Map()
    : environmentSettings(shape, envPrefix);
}

function named(settings: Settings): NamedSetting[] {
  return [...settings].map(([name, setting]) => ({ ...setting, name }));
}

function readEnvironment(
  settings: Settings,
  { env, envPrefix }: ConfigSources,
  problems: ConfigProblem[],
): Override[] {
  if (env === undefined || envPrefix === undefined) {
    return [];
  }
  const overrides: Override[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(envPrefix) || text === undefined || text === '') {
      continue;
    }
    const setting = settings.get(name);
    if (setting !== undefined) {
      overrides.push({ ...setting, name, value: environmentValue(setting.shape, text) });
    } else if (isMistake(name)) {
      problems.push(unknownVariable(name, settings));
    }
  }
  return overrides;
}

function unknownVariable(name: string, settings: Settings): ConfigProblem {
  const meant = nearestName(name, settings.keys());
  const expected = meant ?? 'a variable named after a setting';
  const hint = meant === undefined ? `; expected ${expected}` : `; did you mean ${meant}?`;
  const message = `environment: ${name} is not a known setting${hint}`;
  return { where: 'environment', path: name, found: 'an unknown setting', expected, message };
}

/** An item of a list set by a variable (`names[1]`) comes from that variable as well. */
function originOf(
  path: string,
  origins: ReadonlyMap<string, string>,
  fileName: string | undefined,
): string {
  const setting = path.split('[', 1)[0] ?? path;
  return origins.get(setting) ?? fileName ?? 'configuration';
}
