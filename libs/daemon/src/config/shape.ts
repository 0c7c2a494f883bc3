/**
 * The part of JSON Schema a configuration may use, read once into a union. A keyword outside it is an
 * error of the program (TT_CONFIG_SCHEMA): silently ignoring a rule would be worse than refusing it.
 *
 * Beside JSON Schema's own annotations two are understood: `expected` (words for the message, where
 * the rule itself reads badly, such as a pattern) and `secret: true` (the value is never shown).
 */
import type { TSchema } from 'typebox';
import { DaemonError } from '../errors.ts';

interface Annotated {
  readonly expected: string | undefined;
  readonly description: string | undefined;
  readonly isSecret: boolean;
  /** The value taken when the setting is absent; undefined for none. */
  readonly fallback: unknown;
}

/** A value that can be one of several fixed ones. */
type Scalar = string | number | boolean | null;

/** A whole or fractional number within limits. */
export interface NumberShape extends Annotated {
  readonly kind: 'number';
  readonly isWhole: boolean;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly above: number | undefined;
  readonly below: number | undefined;
}

/** A text within limits. */
export interface TextShape extends Annotated {
  readonly kind: 'text';
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern: RegExp | undefined;
  readonly isUri: boolean;
}

/** A mapping with named settings. */
export interface ObjectShape extends Annotated {
  readonly kind: 'object';
  readonly properties: ReadonlyMap<string, { readonly shape: Shape; readonly isRequired: boolean }>;
}

/** What a setting may look like. */
export type Shape =
  | NumberShape
  | TextShape
  | ObjectShape
  | (Annotated & { readonly kind: 'boolean' })
  | (Annotated & { readonly kind: 'choice'; readonly values: readonly Scalar[] })
  | (Annotated & { readonly kind: 'record'; readonly key: RegExp; readonly value: Shape })
  | (Annotated & {
      readonly kind: 'list';
      readonly item: Shape;
      readonly minItems: number;
      readonly maxItems: number;
    })
  | (Annotated & { readonly kind: 'any-of'; readonly options: readonly Shape[] });

const ANNOTATIONS = [
  '$id',
  '$schema',
  'default',
  'deprecated',
  'description',
  'examples',
  'expected',
  'secret',
  'title',
];

/** Reads a schema; `path` is where it stands, for the message. Throws TT_CONFIG_SCHEMA. */
export function shapeOf(schema: TSchema, path = ''): Shape {
  const keywords = new Map<string, unknown>(Object.entries(schema));
  const reader = new KeywordReader(keywords, path);
  const annotated: Annotated = {
    expected: reader.text('expected'),
    description: reader.text('description'),
    isSecret: keywords.get('secret') === true,
    fallback: keywords.get('default'),
  };
  for (const name of ANNOTATIONS) {
    keywords.delete(name);
  }
  const shape = shapeByKind(reader, annotated);
  const [unknown] = keywords.keys();
  if (unknown !== undefined) {
    throw reader.error(`keyword '${unknown}' is not supported`);
  }
  return shape;
}

function shapeByKind(reader: KeywordReader, annotated: Annotated): Shape {
  if (reader.has('anyOf')) {
    return anyOfShape(reader, annotated);
  }
  if (reader.has('const')) {
    reader.take('type');
    return { ...annotated, kind: 'choice', values: [reader.scalar(reader.take('const'))] };
  }
  if (reader.has('enum')) {
    reader.take('type');
    const values = reader.list('enum').map((value) => reader.scalar(value));
    return { ...annotated, kind: 'choice', values };
  }
  const type = reader.take('type');
  switch (type) {
    case 'integer':
    case 'number':
      return numberShape(reader, annotated, type === 'integer');
    case 'string':
      return textShape(reader, annotated);
    case 'boolean':
      return { ...annotated, kind: 'boolean' };
    case 'null':
      return { ...annotated, kind: 'choice', values: [null] };
    case 'array':
      return listShape(reader, annotated);
    case 'object':
      return objectShape(reader, annotated);
    default:
      throw reader.error(`type ${JSON.stringify(type)} is not supported`);
  }
}

function anyOfShape(reader: KeywordReader, annotated: Annotated): Shape {
  const options = reader.list('anyOf').map((option) => shapeOf(reader.schema(option), reader.path));
  const values = options.flatMap((option) => (option.kind === 'choice' ? option.values : []));
  return options.every((option) => option.kind === 'choice')
    ? { ...annotated, kind: 'choice', values }
    : { ...annotated, kind: 'any-of', options };
}

function numberShape(reader: KeywordReader, annotated: Annotated, isWhole: boolean): NumberShape {
  return {
    ...annotated,
    kind: 'number',
    isWhole,
    minimum: reader.number('minimum'),
    maximum: reader.number('maximum'),
    above: reader.number('exclusiveMinimum'),
    below: reader.number('exclusiveMaximum'),
  };
}

function textShape(reader: KeywordReader, annotated: Annotated): TextShape {
  const pattern = reader.take('pattern');
  const format = reader.take('format');
  if (format !== undefined && format !== 'uri') {
    throw reader.error(`format ${JSON.stringify(format)} is not supported; only 'uri' is`);
  }
  return {
    ...annotated,
    kind: 'text',
    minLength: reader.number('minLength') ?? 0,
    maxLength: reader.number('maxLength') ?? Number.POSITIVE_INFINITY,
    pattern: pattern === undefined ? undefined : new RegExp(String(pattern), 'u'),
    isUri: format === 'uri',
  };
}

function listShape(reader: KeywordReader, annotated: Annotated): Shape {
  return {
    ...annotated,
    kind: 'list',
    item: shapeOf(reader.schema(reader.take('items')), `${reader.path}[]`),
    minItems: reader.number('minItems') ?? 0,
    maxItems: reader.number('maxItems') ?? Number.POSITIVE_INFINITY,
  };
}

function objectShape(reader: KeywordReader, annotated: Annotated): Shape {
  if (reader.has('patternProperties')) {
    const patterns = Object.entries(reader.schema(reader.take('patternProperties')));
    const [only] = patterns;
    if (only === undefined || patterns.length !== 1) {
      throw reader.error('patternProperties needs exactly one pattern');
    }
    const value = shapeOf(reader.schema(only[1]), joinPath(reader.path, '*'));
    return { ...annotated, kind: 'record', key: new RegExp(only[0], 'u'), value };
  }
  if ((reader.take('additionalProperties') ?? false) !== false) {
    throw reader.error(
      'additionalProperties is not supported; unknown settings are always refused',
    );
  }
  const required = new Set(reader.has('required') ? reader.list('required') : []);
  const properties = new Map<string, { shape: Shape; isRequired: boolean }>();
  for (const [name, schema] of Object.entries(reader.schema(reader.take('properties') ?? {}))) {
    const shape = shapeOf(reader.schema(schema), joinPath(reader.path, name));
    properties.set(name, { shape, isRequired: required.has(name) });
  }
  return { ...annotated, kind: 'object', properties };
}

/** `push` and `intervalSeconds` make `push.intervalSeconds`. */
export function joinPath(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

/** Takes keywords out of a schema one by one, so that what is left over was not understood. */
class KeywordReader {
  readonly path: string;
  readonly #keywords: Map<string, unknown>;

  constructor(keywords: Map<string, unknown>, path: string) {
    this.#keywords = keywords;
    this.path = path;
  }

  has(name: string): boolean {
    return this.#keywords.has(name);
  }

  take(name: string): unknown {
    const value = this.#keywords.get(name);
    this.#keywords.delete(name);
    return value;
  }

  text(name: string): string | undefined {
    const value = this.take(name);
    return typeof value === 'string' ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.take(name);
    if (value !== undefined && typeof value !== 'number') {
      throw this.error(`keyword '${name}' is not a number`);
    }
    return value;
  }

  list(name: string): readonly unknown[] {
    const value: unknown = this.take(name);
    if (!Array.isArray(value)) {
      throw this.error(`keyword '${name}' is not a list`);
    }
    return value;
  }

  schema(value: unknown): object {
    if (typeof value !== 'object' || value === null) {
      throw this.error('a part of it is no schema');
    }
    return value;
  }

  scalar(value: unknown): Scalar {
    if (
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      value === null
    ) {
      return value;
    }
    throw this.error('a fixed value is neither text, number, boolean nor null');
  }

  error(what: string): DaemonError {
    const where = this.path === '' ? 'configuration schema' : `configuration schema, ${this.path}`;
    return new DaemonError('TT_CONFIG_SCHEMA', `${where}: ${what}`);
  }
}
