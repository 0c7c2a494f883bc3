import process from 'node:process';
import { type Clock, systemClock } from './clock.ts';
import { fieldsOf } from './log-fields.ts';

/** How urgent a line is; a log set to one level drops the ones before it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * What a line says beside its event. A name without a dot lands under `trimtab.`, so that it cannot
 * clash with a field that the Elastic Common Schema types otherwise; a dotted name is kept as it is.
 * `message` and `error` are the two exceptions: the line's text, and an Error taken apart into `error.*`.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log: an event's name first (kebab-case, past tense), then fields. No call ever throws. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A log that adds `fields` to each of its lines. */
  with(fields: LogFields): Log;
}

/** What `createLog` needs to know. */
export interface LogOptions {
  /** The process' name, shown as `service.name`, e.g. `trimtab-agent`. */
  readonly process: string;
  /** The least urgent level that is written; default `info`. */
  readonly level?: LogLevel;
  /** Takes one line with its line end; default standard error. What it throws is swallowed. */
  readonly write?: (line: string) => void;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Makes a log that writes one JSON line an event in Elastic Common Schema names. */
export function createLog(options: LogOptions): Log {
  const clock = options.clock ?? systemClock;
  const write = options.write ?? standardErrorWriter();
  const threshold = LEVELS.indexOf(options.level ?? 'info');
  const put = (level: LogLevel, event: string, base: LogFields, fields?: LogFields): void => {
    if (LEVELS.indexOf(level) < threshold) {
      return;
    }
    try {
      write(
        `${JSON.stringify(lineOf(options.process, clock.now(), level, event, base, fields))}\n`,
      );
    } catch {
      // A log that cannot be written must not stop the work it reports on.
    }
  };
  return logWith(put, {});
}

type Put = (level: LogLevel, event: string, base: LogFields, fields?: LogFields) => void;

function logWith(put: Put, base: LogFields): Log {
  return {
    debug: (event, fields) => put('debug', event, base, fields),
    info: (event, fields) => put('info', event, base, fields),
    warn: (event, fields) => put('warn', event, base, fields),
    error: (event, fields) => put('error', event, base, fields),
    with: (fields) => logWith(put, { ...base, ...fields }),
  };
}

function lineOf(
  processName: string,
  nowMs: number,
  level: LogLevel,
  event: string,
  base: LogFields,
  fields: LogFields | undefined,
): Record<string, unknown> {
  const own = {
    '@timestamp': timestampOf(nowMs),
    'log.level': level,
    message: event,
    'event.action': event,
    'service.name': processName,
    'process.pid': process.pid,
    'ecs.version': '8.11.0',
  };
  const { message = event, ...others } = { ...fieldsOf(base), ...fieldsOf(fields ?? {}) };
  // Twice: first for the order a reader expects, last so that no field takes the line's own name.
  return { ...own, ...others, ...own, message };
}

/** A clock gone mad (a date beyond the calendar) must not cost the line. */
function timestampOf(nowMs: number): string {
  const date = new Date(nowMs);
  return Number.isNaN(date.getTime()) ? '1970-01-01T00:00:00.000Z' : date.toISOString();
}

function standardErrorWriter(): (line: string) => void {
  // Without a listener a reader that went away (EPIPE) would end the process.
  if (!process.stderr.listeners('error').includes(ignoreWriteError)) {
    process.stderr.on('error', ignoreWriteError);
  }
  return (line) => void process.stderr.write(line);
}

function ignoreWriteError(): void {
  // Nowhere is left to report it to.
}
