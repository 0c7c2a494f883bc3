import type { ContainerKey } from '@trimtab/history';
import type { AnyValue, KeyValue } from './gen/otlp/metrics_pb.ts';
import { CONTAINER, LABEL_PREFIX } from './names.ts';
import { quote, Refusal } from './rejections.ts';

/** Attributes by key, as a message gives them. */
export type Attributes = ReadonlyMap<string, AnyValue['value']>;

/** The attributes of one owner; a key that stands twice is refused, since either value could be meant. */
export function readAttributes(pairs: readonly KeyValue[]): Attributes | Refusal {
  const attributes = new Map<string, AnyValue['value']>();
  for (const { key, value } of pairs) {
    if (attributes.has(key)) return bad(`attribute ${quote(key)} twice`, 'every key once');
    attributes.set(key, value?.value ?? { case: undefined });
  }
  return attributes;
}

/** A text attribute; refused where it is absent, no text, or holds a zero character, which no database keeps. */
export function readText(attributes: Attributes, key: string): string | Refusal {
  const value = attributes.get(key);
  if (value === undefined) return bad(`no attribute ${key}`, 'a text');
  if (value.case !== 'stringValue') return bad(`attribute ${quote(key)} of no text`, 'a text');
  if (value.value.includes('\0')) return bad(`a zero character in ${quote(key)}`, 'none');
  return value.value;
}

/** A whole number attribute, 0 to 2^53 - 1. */
export function readWhole(attributes: Attributes, key: string): number | Refusal {
  const value = attributes.get(key);
  if (value === undefined) return bad(`no attribute ${key}`, 'a whole number');
  const found =
    value.case === 'intValue' || value.case === 'doubleValue' ? Number(value.value) : Number.NaN;
  if (Number.isSafeInteger(found) && found >= 0) return found;
  return bad(`attribute ${quote(key)} of another kind or out of range`, 'a whole number from 0 up');
}

/** Which container a resource speaks of. */
export interface ContainerName {
  /** Tells containers apart: the key's parts, which hold no zero character, joined by one. */
  readonly id: string;
  readonly key: ContainerKey;
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads the key and the labels of a container; other attributes of the resource are not looked at. */
export function readContainer(pairs: readonly KeyValue[]): ContainerName | Refusal {
  const attributes = readAttributes(pairs);
  if (attributes instanceof Refusal) return attributes;
  const parts: string[] = [];
  for (const name of KEY_ORDER) {
    const part = readText(attributes, name);
    if (part instanceof Refusal) return part;
    if (part === '' && name !== CONTAINER.ownerName) return bad(`an empty ${name}`, 'a name');
    parts.push(part);
  }
  const labels = readLabels(attributes);
  if (labels instanceof Refusal) return labels;
  const [namespace = '', podName = '', podUid = '', container = '', ownerKind = ''] = parts;
  const ownerName = parts[KEY_ORDER.length - 1] ?? '';
  const key = { namespace, ownerKind, ownerName, podName, podUid, container };
  return { id: parts.join('\0'), key, labels };
}

const KEY_ORDER = [
  CONTAINER.namespace,
  CONTAINER.podName,
  CONTAINER.podUid,
  CONTAINER.container,
  CONTAINER.ownerKind,
  CONTAINER.ownerName,
] as const;

function readLabels(attributes: Attributes): Record<string, string> | Refusal {
  const labels: [string, string][] = [];
  for (const key of attributes.keys()) {
    if (!key.startsWith(LABEL_PREFIX)) continue;
    const value = readText(attributes, key);
    if (value instanceof Refusal) return value;
    if (key.includes('\0')) return bad(`a zero character in ${quote(key)}`, 'none');
    labels.push([key.slice(LABEL_PREFIX.length), value]);
  }
  return Object.fromEntries(labels);
}

function bad(found: string, expected: string): Refusal {
  return new Refusal('TT_WIRE_POINT_ATTRIBUTE', found, expected);
}
