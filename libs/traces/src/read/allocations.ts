import { readFileSync } from 'node:fs';
import { type Bytes, bytes, type Cores, cores } from '@trimtab/units';
import { TraceError } from '../errors.ts';

/** What a series was given, as far as its source tells; absent where it does not. */
export interface Allocation {
  readonly cpu?: Cores;
  readonly memory?: Bytes;
}

const HEADER = 'series,cpu_cores,memory_bytes';

/**
 * Reads an allocation file (`<set>.alloc.csv`) whole. An empty field is an absent one; a series with
 * neither is left out. Throws TraceError for a missing file, another header, a number that is not above
 * zero, or a series named twice.
 */
export function readAllocations(path: string): Map<string, Allocation> {
  const lines = textOf(path).split(/\r?\n/);
  if (lines[0] !== HEADER) {
    const found = JSON.stringify((lines[0] ?? '').slice(0, 100));
    throw new TraceError(
      'TT_TRACE_HEADER',
      { path, line: 1 },
      `found ${found}; expected ${HEADER}`,
    );
  }
  if (lines.pop() !== '') {
    const what = 'the last line does not end in a line feed; the file stops half-way';
    throw new TraceError('TT_TRACE_TRUNCATED', { path, line: lines.length + 1 }, what);
  }
  const seen = new Set<string>();
  const allocations = new Map<string, Allocation>();
  for (const [index, line] of lines.entries()) {
    if (index > 0) {
      readAllocation(path, index + 1, line, seen, allocations);
    }
  }
  return allocations;
}

function readAllocation(
  path: string,
  lineNumber: number,
  line: string,
  seen: Set<string>,
  allocations: Map<string, Allocation>,
): void {
  const [series = '', cpuText = '', memoryText = '', ...more] = line.split(',');
  if (series === '' || more.length > 0 || line.split(',').length !== 3 || seen.has(series)) {
    const what = `found ${JSON.stringify(line.slice(0, 100))}; expected ${HEADER}, each series once`;
    throw new TraceError('TT_TRACE_ALLOCATION', { path, line: lineNumber }, what);
  }
  seen.add(series);
  const cpu = amountIn(path, lineNumber, 'cpu_cores', cpuText);
  const memory = amountIn(path, lineNumber, 'memory_bytes', memoryText);
  if (cpu !== undefined || memory !== undefined) {
    allocations.set(series, {
      ...(cpu === undefined ? {} : { cpu: cores(cpu) }),
      ...(memory === undefined ? {} : { memory: bytes(Math.round(memory)) }),
    });
  }
}

function amountIn(path: string, line: number, column: string, text: string): number | undefined {
  if (text === '') {
    return undefined;
  }
  const amount = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(amount > 0 && amount <= Number.MAX_SAFE_INTEGER)) {
    const what = `found ${JSON.stringify(text.slice(0, 60))}; expected a number above 0, or nothing`;
    throw new TraceError('TT_TRACE_NUMBER', { path, line, column }, what);
  }
  return amount;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const what = 'the file cannot be read; expected an allocation file';
    throw new TraceError('TT_TRACE_MISSING', { path }, what, { cause: error });
  }
}
