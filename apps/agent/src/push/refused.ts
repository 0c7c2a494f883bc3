import type { Log } from '@trimtab/daemon';
import type { Disk, DiskFile } from './disk.ts';
import { type BatchHeader, encodeRecord } from './record.ts';

const NAME = /^refused-(\d{8,15})\.log$/;

/**
 * Batches the API refused for good, set aside for whoever wants to know why: files
 * `refused-00000001.log` of queue records whose note is the reason. At most two files are kept, each
 * of half the bound; older ones are removed. Failing to keep one costs nothing but the copy.
 */
export class RefusedFiles {
  readonly #disk: Disk;
  readonly #fileBytes: number;
  readonly #log: Log;
  #number: number | undefined;
  #file: DiskFile | undefined;
  #at = 0;
  #isFailing: boolean = false;

  constructor(options: { readonly disk: Disk; readonly maxBytes: number; readonly log: Log }) {
    this.#disk = options.disk;
    this.#fileBytes = Math.floor(options.maxBytes / 2);
    this.#log = options.log;
  }

  /** Sets a batch aside; one larger than half the bound is only counted by the caller. */
  async keep(header: BatchHeader, body: Uint8Array, reason: string): Promise<void> {
    const record = encodeRecord({
      kind: 'batch',
      header,
      body,
      isLastOfGroup: true,
      note: reason,
    });
    if (record.length > this.#fileBytes) return;
    try {
      if (this.#at + record.length > this.#fileBytes) await this.close();
      this.#file ??= await this.#nextFile();
      await this.#file.write(record, this.#at);
      this.#at += record.length;
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#log.warn('refused-batch-not-kept', { error });
      this.#isFailing = true;
      await this.close();
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#at = 0;
    await file?.close().catch(() => undefined);
  }

  async #nextFile(): Promise<DiskFile> {
    const numbers = (await this.#disk.list())
      .map(({ name }) => Number(NAME.exec(name)?.[1] ?? 0))
      .filter((number) => number > 0);
    const last = Math.max(this.#number ?? 0, ...numbers);
    this.#number = last + 1;
    for (const number of numbers) {
      if (number < last) await this.#disk.remove(fileName(number));
    }
    return this.#disk.create(fileName(this.#number));
  }
}

function fileName(number: number): string {
  return `refused-${String(number).padStart(8, '0')}.log`;
}
