/** Longest text of one field, in UTF-16 units; a stack trace of Node's default ten frames fits. */
const LONGEST_TEXT = 2048;
/** Most fields, list items or keys kept of one object. */
const MOST_ENTRIES = 64;
/** Objects deeper than this are named, not written out. */
const DEEPEST = 4;

/** Texts under such names are never written, whoever logs them. */
const SECRET_NAME = /(secret|passw(or)?d|token|authorization|cookie|privatekey|apikey)$/i;

/** Turns a call's fields into flat ECS fields; anything that cannot be read is named instead. */
export function fieldsOf(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const name of Object.keys(fields).slice(0, MOST_ENTRIES)) {
    try {
      putField(out, name, fields[name]);
    } catch {
      out[fieldName(name)] = '(unreadable)';
    }
  }
  return out;
}

function putField(out: Record<string, unknown>, name: string, value: unknown): void {
  if (name === 'error') {
    putError(out, value);
    return;
  }
  const safe = typeof value === 'string' && SECRET_NAME.test(name) ? '(hidden)' : plain(value, 0);
  if (safe !== undefined) {
    out[fieldName(name)] = safe;
  }
}

function fieldName(name: string): string {
  return name === 'message' || name.includes('.') ? name : `trimtab.${name}`;
}

function putError(out: Record<string, unknown>, value: unknown): void {
  if (!(value instanceof Error)) {
    out['error.message'] =
      typeof value === 'string' ? cut(value) : cut(JSON.stringify(plain(value, 0) ?? null));
    return;
  }
  out['error.type'] = cut(value.name);
  out['error.message'] = cut(messagesOf(value));
  const code = 'code' in value ? plain(value.code, DEEPEST) : undefined;
  if (code !== undefined) {
    out['error.code'] = String(code);
  }
  if (value.stack !== undefined) {
    out['error.stack_trace'] = cut(value.stack);
  }
}

/** The error's message and those of what caused it, outermost first. */
function messagesOf(error: Error): string {
  const messages = [error.message];
  for (let cause = error.cause, depth = 0; cause instanceof Error && depth < DEEPEST; depth += 1) {
    messages.push(cause.message);
    cause = cause.cause;
  }
  if (error instanceof AggregateError) {
    for (const inner of error.errors.slice(0, MOST_ENTRIES)) {
      messages.push(inner instanceof Error ? inner.message : String(inner));
    }
  }
  return messages.join(': ');
}

/** A copy that JSON can carry: no cycles, nothing too long or too deep, no NaN turned into null. */
function plain(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return cut(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return String(value);
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : plainObject(value, depth);
    default:
      return undefined;
  }
}

function plainObject(value: object, depth: number): unknown {
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  }
  if (value instanceof URL) {
    return cut(`${value.origin}${value.pathname}`);
  }
  if (value instanceof Error) {
    return cut(messagesOf(value));
  }
  if (ArrayBuffer.isView(value)) {
    return `(${value.byteLength} bytes)`;
  }
  if (depth >= DEEPEST) {
    return Array.isArray(value) ? '(list)' : '(object)';
  }
  if (Array.isArray(value)) {
    return value.slice(0, MOST_ENTRIES).map((item) => plain(item, depth + 1) ?? null);
  }
  return plainEntries(value, depth);
}

function plainEntries(value: object, depth: number): Record<string, unknown> {
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const out: Record<string, unknown> = {};
  for (const [key, inner] of entries.slice(0, MOST_ENTRIES)) {
    const name = cut(String(key));
    const isSecret = typeof inner === 'string' && SECRET_NAME.test(name);
    out[name] = isSecret ? '(hidden)' : plain(inner, depth + 1);
  }
  return out;
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT
    ? text.toWellFormed()
    : `${text.slice(0, LONGEST_TEXT).toWellFormed()}... (${text.length} characters)`;
}
