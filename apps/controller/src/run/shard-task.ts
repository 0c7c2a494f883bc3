/**
 * What a worker thread gets: a shard's history as it lies in the database, undecoded. All contents stand one after
 * another in `contents`; `index` has five numbers an entry: place of the container, kind, date, offset, length.
 * Both buffers are handed over, not copied; a graph of decoded sketches would cost more to clone than to analyse.
 */
import type { Plan } from '@trimtab/analysis';
import type { ContainerSizes } from '@trimtab/history';
import type { ShardContainer } from '@trimtab/store/run';
import { bytes, millicores } from '@trimtab/units';

/** A container to analyse. */
export interface TaskContainer {
  readonly wcId: number;
  readonly tenantId: number;
  readonly sizes: ContainerSizes;
}

/** Work for one worker thread. */
export interface ShardTask {
  readonly plan: Plan;
  /** The first day not used. */
  readonly asOfDay: number;
  readonly containers: readonly TaskContainer[];
  readonly index: Int32Array<ArrayBuffer>;
  readonly contents: Uint8Array<ArrayBuffer>;
}

/** Numbers an entry of the index. */
export const INDEX_STRIDE = 5;
/** Kinds of content: the sum of a closed day, one hour of an open day. */
export const KIND = { daySum: 0, hour: 1 } as const;

/** Gathers contents as they are read. */
export class ContentsBuilder {
  readonly #index: number[] = [];
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** Adds one content; `container` is its place in the task's list, `at` its day or hour. */
  add(container: number, kind: number, at: number, content: Uint8Array): void {
    this.#index.push(container, kind, at, this.#length, content.length);
    this.#parts.push(content);
    this.#length += content.length;
  }

  /** Both parts in buffers of their own. */
  finish(): Pick<ShardTask, 'index' | 'contents'> {
    const contents = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      contents.set(part, at);
      at += part.length;
    }
    return { index: Int32Array.from(this.#index), contents };
  }
}

/** A container's row as the task has it. */
export function taskContainer(row: ShardContainer): TaskContainer {
  const { wcId, tenantId, cpuRequest, cpuLimit, memoryRequest, memoryLimit } = row;
  return {
    wcId,
    tenantId,
    sizes: {
      ...(cpuRequest === null ? {} : { cpuRequest: millicores(cpuRequest) }),
      ...(cpuLimit === null ? {} : { cpuLimit: millicores(cpuLimit) }),
      ...(memoryRequest === null ? {} : { memoryRequest: bytes(memoryRequest) }),
      ...(memoryLimit === null ? {} : { memoryLimit: bytes(memoryLimit) }),
    },
  };
}
