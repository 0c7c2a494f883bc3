/**
 * Turns the bytes of a trace file into series, chunk by chunk. Splitting two million lines into strings
 * costs more than all the rest, so fields are read where they lie: only a header and the first row of
 * each series become text.
 */
import { TraceError, type TraceErrorCode } from '../errors.ts';
import { TRACE_COLUMNS, type TraceSeries } from '../series.ts';
import { decimalIn, wholeNumberIn } from './decimal.ts';
import { SeriesBuilder } from './series-builder.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COMMA = 0x2c;
/** Longest line accepted, in bytes; a sample needs about 40. */
const LONGEST_LINE = 4096;
/** Most columns a file may have; only four are read. */
const MOST_COLUMNS = 32;
const LAST_T = 2 ** 31 - 1;
const EMPTY = new Uint8Array(0);

type ColumnName = (typeof TRACE_COLUMNS)[number];

/** A parser for one file; `path` only names it in messages. */
export class TraceParser {
  readonly #path: string;
  readonly #stepSeconds: number | undefined;
  readonly #seen = new Set<string>();
  readonly #starts = new Int32Array(MOST_COLUMNS);
  readonly #ends = new Int32Array(MOST_COLUMNS);
  #columns: Record<ColumnName, number> | undefined;
  #columnCount = 0;
  #line = 0;
  #rest: Uint8Array = EMPTY;
  #series: SeriesBuilder | undefined;
  #idBytes: Uint8Array = EMPTY;

  /** With `stepSeconds` every `t` must be a multiple of it; without, the step is each series' own common one. */
  constructor(path: string, stepSeconds: number | undefined) {
    this.#path = path;
    this.#stepSeconds = stepSeconds;
  }

  /** Takes the next bytes and returns the series that are complete. Throws TraceError. */
  push(chunk: Uint8Array): TraceSeries[] {
    const bytes = this.#rest.length === 0 ? chunk : concat(this.#rest, chunk);
    const done: TraceSeries[] = [];
    let from = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
      this.#readLine(
        bytes,
        from,
        bytes[end - 1] === CARRIAGE_RETURN && end > from ? end - 1 : end,
        done,
      );
      from = end + 1;
    }
    // A copy: the chunk's memory belongs to the stream.
    this.#rest = bytes.slice(from);
    if (this.#rest.length > LONGEST_LINE) {
      this.#line += 1;
      throw this.#lineTooLong();
    }
    return done;
  }

  /** Says that the file is at its end; returns the last series. Throws when the file stops half-way or holds nothing. */
  end(): TraceSeries[] {
    if (this.#rest.length > 0) {
      this.#line += 1;
      throw this.#error(
        'TT_TRACE_TRUNCATED',
        'the last line does not end in a line feed; the file stops half-way',
      );
    }
    if (this.#series === undefined) {
      const found = this.#columns === undefined ? 'nothing' : 'a header and no rows';
      throw new TraceError(
        'TT_TRACE_EMPTY',
        { path: this.#path },
        `found ${found}; expected ${TRACE_COLUMNS.join(',')} and samples`,
      );
    }
    return [this.#finish(this.#series)];
  }

  #readLine(bytes: Uint8Array, from: number, to: number, done: TraceSeries[]): void {
    this.#line += 1;
    if (to - from > LONGEST_LINE) {
      throw this.#lineTooLong();
    }
    const columns = this.#columns;
    if (columns === undefined) {
      this.#readHeader(bytes, from, to);
      return;
    }
    const count = this.#splitFields(bytes, from, to);
    if (count !== this.#columnCount) {
      throw this.#error(
        'TT_TRACE_ROW',
        `found ${count} fields; expected ${this.#columnCount} as in the header`,
      );
    }
    this.#readRow(bytes, columns, done);
  }

  #readHeader(bytes: Uint8Array, from: number, to: number): void {
    const names = new TextDecoder().decode(bytes.subarray(from, to)).split(',');
    const at = (name: ColumnName): number => {
      const index = names.indexOf(name);
      if (index < 0 || names.indexOf(name, index + 1) >= 0) {
        const found = JSON.stringify(names.join(',').slice(0, 100));
        throw this.#error(
          'TT_TRACE_HEADER',
          `found ${found}; expected column ${name} once, as in ${TRACE_COLUMNS.join(',')}`,
        );
      }
      return index;
    };
    this.#columns = {
      series: at('series'),
      t: at('t'),
      cpu_cores: at('cpu_cores'),
      memory_bytes: at('memory_bytes'),
    };
    if (names.length > MOST_COLUMNS) {
      throw this.#error(
        'TT_TRACE_HEADER',
        `found ${names.length} columns; expected at most ${MOST_COLUMNS}`,
      );
    }
    this.#columnCount = names.length;
  }

  /** Notes where each field begins and ends; returns how many there are. */
  #splitFields(bytes: Uint8Array, from: number, to: number): number {
    let count = 0;
    let start = from;
    for (let at = from; at <= to; at += 1) {
      if (at === to || bytes[at] === COMMA) {
        this.#starts[count] = start;
        this.#ends[count] = at;
        count += 1;
        start = at + 1;
      }
    }
    return count;
  }

  #readRow(bytes: Uint8Array, columns: Record<ColumnName, number>, done: TraceSeries[]): void {
    const series = this.#seriesOf(bytes, columns.series, done);
    const t = wholeNumberIn(bytes, this.#start(columns.t), this.#end(columns.t));
    if (t < 0 || t > LAST_T) {
      throw this.#badField(bytes, 't', columns.t, `whole seconds from 0 to ${LAST_T}`);
    }
    if (t <= series.lastT) {
      throw this.#error(
        'TT_TRACE_ORDER',
        `found t ${t} after ${series.lastT} in series ${series.id}; expected rows sorted by t, each once`,
        't',
      );
    }
    if (this.#stepSeconds !== undefined && t % this.#stepSeconds !== 0) {
      throw this.#error(
        'TT_TRACE_STEP',
        `found ${t}; expected a multiple of ${this.#stepSeconds} s`,
        't',
      );
    }
    const cpuCores = decimalIn(bytes, this.#start(columns.cpu_cores), this.#end(columns.cpu_cores));
    if (Number.isNaN(cpuCores)) {
      throw this.#badField(bytes, 'cpu_cores', columns.cpu_cores, 'cores, a number of at least 0');
    }
    series.add(t, cpuCores, this.#memoryOf(bytes, columns.memory_bytes));
  }

  #memoryOf(bytes: Uint8Array, column: number): number {
    if (this.#start(column) === this.#end(column)) {
      return Number.NaN;
    }
    const memoryBytes = decimalIn(bytes, this.#start(column), this.#end(column));
    if (!Number.isSafeInteger(memoryBytes)) {
      throw this.#badField(bytes, 'memory_bytes', column, 'whole bytes of at least 0, or nothing');
    }
    return memoryBytes;
  }

  /** The series this row belongs to; finishes the one before when the id changes. */
  #seriesOf(bytes: Uint8Array, column: number, done: TraceSeries[]): SeriesBuilder {
    const from = this.#start(column);
    const to = this.#end(column);
    if (this.#series !== undefined && isSame(this.#idBytes, bytes, from, to)) {
      return this.#series;
    }
    if (this.#series !== undefined) {
      done.push(this.#finish(this.#series));
    }
    this.#idBytes = bytes.slice(from, to);
    const id = new TextDecoder().decode(this.#idBytes);
    if (!/^[^\s",]{1,200}$/u.test(id)) {
      throw this.#badField(bytes, 'series', column, '1 to 200 characters without quotes or spaces');
    }
    if (this.#seen.has(id)) {
      throw this.#error(
        'TT_TRACE_ORDER',
        `found series ${id} again; expected its rows in one piece`,
        'series',
      );
    }
    this.#seen.add(id);
    this.#series = new SeriesBuilder(id);
    return this.#series;
  }

  #finish(series: SeriesBuilder): TraceSeries {
    const stepSeconds = this.#stepSeconds ?? series.commonStep();
    if (stepSeconds === 0) {
      throw new TraceError(
        'TT_TRACE_STEP',
        { path: this.#path },
        `series ${series.id} has too few rows to tell its step; name the step, or put a meta file beside`,
      );
    }
    return series.build(stepSeconds);
  }

  #start(column: number): number {
    return this.#starts[column] ?? 0;
  }

  #end(column: number): number {
    return this.#ends[column] ?? 0;
  }

  #lineTooLong(): TraceError {
    return this.#error(
      'TT_TRACE_ROW',
      `found a line of more than ${LONGEST_LINE} bytes; expected a few dozen`,
    );
  }

  #badField(bytes: Uint8Array, name: ColumnName, column: number, expected: string): TraceError {
    const text = new TextDecoder().decode(bytes.subarray(this.#start(column), this.#end(column)));
    const code = name === 'series' ? 'TT_TRACE_ROW' : 'TT_TRACE_NUMBER';
    return this.#error(
      code,
      `found ${JSON.stringify(text.slice(0, 60))}; expected ${expected}`,
      name,
    );
  }

  #error(code: TraceErrorCode, what: string, column?: ColumnName): TraceError {
    const place = {
      path: this.#path,
      line: this.#line,
      ...(column === undefined ? {} : { column }),
    };
    return new TraceError(code, place, what);
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function isSame(id: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (id.length !== to - from) {
    return false;
  }
  for (let index = 0; index < id.length; index += 1) {
    if (id[index] !== bytes[from + index]) {
      return false;
    }
  }
  return true;
}
