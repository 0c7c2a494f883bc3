import type { NumberShape, Shape, TextShape } from './shape.ts';

/** Longest piece of a found value that is shown. */
const LONGEST_FOUND = 60;

/** What was found, in a few words: `0`, `"abc"`, `a list`. Secret texts are only named. */
export function foundText(value: unknown, isSecret: boolean): string {
  if (value === undefined || value === null) {
    return 'empty';
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  if (typeof value === 'object') {
    return 'a mapping';
  }
  if (isSecret) {
    return 'a value that is not shown';
  }
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= LONGEST_FOUND ? text : `${text.slice(0, LONGEST_FOUND)}...`;
}

/** What would have been right, in a few words: `5 to 3600`, `one of auto, kubelet`. */
export function expectedText(shape: Shape): string {
  if (shape.expected !== undefined) {
    return shape.expected;
  }
  switch (shape.kind) {
    case 'number':
      return numberText(shape);
    case 'text':
      return textText(shape);
    case 'boolean':
      return 'true or false';
    case 'choice':
      return shape.values.length === 1
        ? String(shape.values[0])
        : `one of ${shape.values.map(String).join(', ')}`;
    case 'list':
      return `a list, each item ${expectedText(shape.item)}`;
    case 'record':
      return `a mapping, each value ${expectedText(shape.value)}`;
    case 'object':
      return `a mapping with ${[...shape.properties.keys()].join(', ')}`;
    case 'any-of':
      return shape.options.map(expectedText).join(' or ');
  }
}

function numberText(shape: NumberShape): string {
  const noun = shape.isWhole ? 'a whole number' : 'a number';
  if (shape.minimum !== undefined && shape.maximum !== undefined) {
    return `${shape.minimum} to ${shape.maximum}`;
  }
  const limits = [
    shape.minimum === undefined ? '' : `at least ${shape.minimum}`,
    shape.above === undefined ? '' : `above ${shape.above}`,
    shape.maximum === undefined ? '' : `at most ${shape.maximum}`,
    shape.below === undefined ? '' : `below ${shape.below}`,
  ].filter((limit) => limit !== '');
  return limits.length === 0 ? noun : `${noun} ${limits.join(' and ')}`;
}

function textText(shape: TextShape): string {
  const noun = shape.isUri ? 'a URL' : 'a text';
  const isBounded = Number.isFinite(shape.maxLength);
  if (shape.minLength > 0 && isBounded) {
    return `${noun} of ${shape.minLength} to ${shape.maxLength} characters`;
  }
  if (isBounded) {
    return `${noun} of at most ${shape.maxLength} characters`;
  }
  const plural = shape.minLength === 1 ? '' : 's';
  const length = shape.minLength > 0 ? ` of at least ${shape.minLength} character${plural}` : '';
  const form = shape.pattern === undefined ? '' : ` of the form ${shape.pattern.source}`;
  return `${noun}${length}${form}`;
}
