import type { ConfigProblem } from '../errors.ts';
import { nearestName } from './nearest.ts';
import {
  joinPath,
  type NumberShape,
  type ObjectShape,
  type Shape,
  type TextShape,
} from './shape.ts';
import { expectedText, foundText } from './wording.ts';

/** Says where a setting's value came from (`agent.yaml`, `environment NAME`). */
export type Origin = (path: string) => string;

/** A value with defaults filled in, and everything that is wrong with it; `value` is only sound when nothing is. */
export interface Checked {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
}

/** Checks a value against its shape and fills in defaults; the value handed in is not changed. */
export function checkValue(shape: Shape, value: unknown, origin: Origin): Checked {
  const problems: ConfigProblem[] = [];
  const check = new Check(origin, problems);
  return { value: check.visit(shape, value, ''), problems };
}

class Check {
  readonly #origin: Origin;
  readonly #problems: ConfigProblem[];

  constructor(origin: Origin, problems: ConfigProblem[]) {
    this.#origin = origin;
    this.#problems = problems;
  }

  /** The value as it will be used; undefined where a problem was noted. */
  visit(shape: Shape, value: unknown, path: string): unknown {
    switch (shape.kind) {
      case 'object':
        return isMapping(value)
          ? this.#visitObject(shape, value, path)
          : this.#wrong(shape, value, path);
      case 'record':
        return isMapping(value)
          ? this.#visitRecord(shape, value, path)
          : this.#wrong(shape, value, path);
      case 'list':
        return Array.isArray(value)
          ? this.#visitList(shape, value, path)
          : this.#wrong(shape, value, path);
      case 'any-of':
        return this.#visitAnyOf(shape, value, path);
      default:
        return fitsScalar(shape, value) ? value : this.#wrong(shape, value, path);
    }
  }

  #visitObject(
    shape: ObjectShape,
    mapping: Readonly<Record<string, unknown>>,
    path: string,
  ): Record<string, unknown> {
    for (const name of Object.keys(mapping)) {
      if (!shape.properties.has(name)) {
        this.#unknown(shape, name, path);
      }
    }
    const entries: [string, unknown][] = [];
    for (const [name, { shape: inner, isRequired }] of shape.properties) {
      const innerPath = joinPath(path, name);
      const found = Object.hasOwn(mapping, name) ? mapping[name] : undefined;
      const value = isAbsent(inner, found)
        ? this.#absent(inner, innerPath, isRequired)
        : this.visit(inner, found, innerPath);
      if (value !== undefined) {
        entries.push([name, value]);
      }
    }
    return Object.fromEntries(entries);
  }

  #absent(shape: Shape, path: string, isRequired: boolean): unknown {
    if (shape.fallback !== undefined) {
      return this.visit(shape, structuredClone(shape.fallback), path);
    }
    if (!isRequired) {
      return undefined;
    }
    if (shape.kind === 'object') {
      // Its own settings may all have defaults; if not, each one that is missing is named.
      return this.visit(shape, {}, path);
    }
    const expected = expectedText(shape);
    this.#note(path, 'nothing', expected, `is missing; expected ${expected}`);
    return undefined;
  }

  #visitRecord(
    shape: Extract<Shape, { kind: 'record' }>,
    mapping: Readonly<Record<string, unknown>>,
    path: string,
  ): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (const [name, value] of Object.entries(mapping)) {
      const innerPath = joinPath(path, name);
      if (shape.key.test(name)) {
        entries.push([name, this.visit(shape.value, value, innerPath)]);
      } else {
        const expected = `a name of the form ${shape.key.source}`;
        this.#note(
          innerPath,
          foundText(name, false),
          expected,
          `is no name for an entry; expected ${expected}`,
        );
      }
    }
    return Object.fromEntries(entries);
  }

  #visitList(
    shape: Extract<Shape, { kind: 'list' }>,
    list: readonly unknown[],
    path: string,
  ): unknown[] {
    if (list.length < shape.minItems || list.length > shape.maxItems) {
      const upper = Number.isFinite(shape.maxItems) ? ` to ${shape.maxItems}` : ' or more';
      const expected = `${shape.minItems}${upper} items`;
      this.#note(
        path,
        `${list.length} items`,
        expected,
        `has ${list.length} items; expected ${expected}`,
      );
    }
    return list.map((item, index) => this.visit(shape.item, item, `${path}[${index}]`));
  }

  #visitAnyOf(shape: Extract<Shape, { kind: 'any-of' }>, value: unknown, path: string): unknown {
    const tried = shape.options.map((option) => {
      const problems: ConfigProblem[] = [];
      const seen = new Check(this.#origin, problems).visit(option, value, path);
      return { option, seen, problems };
    });
    const fitting = tried.find(({ problems }) => problems.length === 0);
    if (fitting !== undefined) {
      return fitting.seen;
    }
    // Where only one option is of the value's own kind, its complaints are the useful ones.
    const alike = tried.filter(({ option }) => isOfKind(option, value));
    const [only] = alike;
    if (only !== undefined && alike.length === 1) {
      this.#problems.push(...only.problems);
      return undefined;
    }
    return this.#wrong(shape, value, path);
  }

  #wrong(shape: Shape, value: unknown, path: string): undefined {
    const found = foundText(value, shape.isSecret);
    const expected = expectedFor(shape, value);
    const meant =
      shape.kind === 'choice' && typeof value === 'string'
        ? nearestName(
            value,
            shape.values.filter((choice) => typeof choice === 'string'),
          )
        : undefined;
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    this.#note(path, found, expected, `is ${found}; expected ${expected}${hint}`);
  }

  #unknown(shape: ObjectShape, name: string, path: string): void {
    const known = [...shape.properties.keys()];
    const meant = nearestName(name, known);
    const expected = meant === undefined ? `one of ${known.join(', ')}` : joinPath(path, meant);
    const hint = meant === undefined ? `; expected ${expected}` : `; did you mean ${expected}?`;
    this.#note(
      joinPath(path, name),
      'an unknown setting',
      expected,
      `is not a known setting${hint}`,
    );
  }

  #note(path: string, found: string, expected: string, sentence: string): void {
    const where = this.#origin(path);
    const subject = path === '' ? 'the whole' : path;
    this.#problems.push({
      where,
      path,
      found,
      expected,
      message: `${where}: ${subject} ${sentence}`,
    });
  }
}

/** YAML's `push:` with nothing behind it is null: as good as absent, unless null is a choice. */
function isAbsent(shape: Shape, value: unknown): boolean {
  if (value === undefined) {
    return true;
  }
  return value === null && !takesNull(shape);
}

function takesNull(shape: Shape): boolean {
  return shape.kind === 'any-of'
    ? shape.options.some(takesNull)
    : shape.kind === 'choice' && shape.values.includes(null);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfKind(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case 'object':
    case 'record':
      return isMapping(value);
    case 'list':
      return Array.isArray(value);
    case 'number':
      return typeof value === 'number';
    case 'text':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    default:
      return false;
  }
}

function fitsScalar(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case 'number':
      return typeof value === 'number' && fitsNumber(shape, value);
    case 'text':
      return typeof value === 'string' && fitsText(shape, value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return shape.values.some((choice) => choice === value);
    default:
      return false;
  }
}

function fitsNumber(shape: NumberShape, value: number): boolean {
  return (
    Number.isFinite(value) &&
    (!shape.isWhole || Number.isSafeInteger(value)) &&
    value >= (shape.minimum ?? Number.NEGATIVE_INFINITY) &&
    value <= (shape.maximum ?? Number.POSITIVE_INFINITY) &&
    value > (shape.above ?? Number.NEGATIVE_INFINITY) &&
    value < (shape.below ?? Number.POSITIVE_INFINITY)
  );
}

function fitsText(shape: TextShape, value: string): boolean {
  return (
    value.length >= shape.minLength &&
    value.length <= shape.maxLength &&
    (shape.pattern === undefined || shape.pattern.test(value)) &&
    (!shape.isUri || URL.canParse(value))
  );
}

/** A fraction where a whole number is due is told so; the range alone would puzzle the reader. */
function expectedFor(shape: Shape, value: unknown): string {
  const text = expectedText(shape);
  const isFraction =
    shape.kind === 'number' &&
    shape.isWhole &&
    typeof value === 'number' &&
    !Number.isSafeInteger(value);
  return isFraction && !text.startsWith('a whole') ? `a whole number, ${text}` : text;
}
