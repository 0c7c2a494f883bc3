import { DaemonError } from '../errors.ts';
import { joinPath, type Shape } from './shape.ts';

/** A setting that one environment variable can set. */
export interface EnvironmentSetting {
  readonly path: readonly string[];
  readonly shape: Shape;
}

/**
 * The settings by the name of their variable: prefix + path in upper snake case, so that
 * `push.intervalSeconds` under `TRIMTAB_AGENT_` is `TRIMTAB_AGENT_PUSH_INTERVAL_SECONDS`. Mappings with
 * free keys and lists of mappings cannot be set this way. Throws TT_CONFIG_SCHEMA when two meet.
 */
export function environmentSettings(shape: Shape, prefix: string): Map<string, EnvironmentSetting> {
  const settings = new Map<string, EnvironmentSetting>();
  collect(shape, prefix, [], settings);
  return settings;
}

function collect(
  shape: Shape,
  prefix: string,
  path: readonly string[],
  settings: Map<string, EnvironmentSetting>,
): void {
  if (shape.kind === 'object') {
    for (const [name, property] of shape.properties) {
      collect(property.shape, prefix, [...path, name], settings);
    }
    return;
  }
  if (shape.kind === 'record' || (shape.kind === 'list' && !isScalar(shape.item))) {
    return;
  }
  const name = prefix + path.map(upperSnake).join('_');
  const other = settings.get(name);
  if (other !== undefined) {
    const both = `${other.path.join('.')} and ${path.join('.')}`;
    throw new DaemonError('TT_CONFIG_SCHEMA', `configuration schema: ${both} share ${name}`);
  }
  settings.set(name, { path, shape });
}

function isScalar(shape: Shape): boolean {
  return ['number', 'text', 'boolean', 'choice'].includes(shape.kind);
}

function upperSnake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

/** Kubernetes puts such variables for each Service into every container; they are not ours. */
const SERVICE_VARIABLE =
  /_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/** Whether a variable under our prefix that names no setting is to be refused. */
export function isMistake(name: string): boolean {
  return !SERVICE_VARIABLE.test(name);
}

/** Reads a variable's text as the setting wants it; what cannot be read stays a text, to be refused with the rest. */
export function environmentValue(shape: Shape, text: string): unknown {
  switch (shape.kind) {
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || (text === 'false' ? false : text);
    case 'choice': {
      const choice = shape.values.find((value) => String(value) === text);
      return choice === undefined ? text : choice;
    }
    case 'list':
      return text.split(',').map((item) => environmentValue(shape.item, item.trim()));
    case 'any-of': {
      const readings = shape.options.map((option) => environmentValue(option, text));
      return readings.find((reading) => reading !== text) ?? text;
    }
    default:
      return text;
  }
}

/** A copy of `root` with `value` at `path`; mappings on the way are made where absent, anything else is left alone. */
export function withValueAt(root: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) {
    return value;
  }
  if (root !== undefined && root !== null && (typeof root !== 'object' || Array.isArray(root))) {
    return root;
  }
  const mapping: Readonly<Record<string, unknown>> = { ...root };
  const inner = Object.hasOwn(mapping, name) ? mapping[name] : undefined;
  return { ...mapping, [name]: withValueAt(inner, rest, value) };
}

/** The path as it is written in messages. */
export function pathText(path: readonly string[]): string {
  return path.reduce(joinPath, '');
}
