// Makes batch-1.bin: `node libs/wire/testdata/make-batch.mjs`. Only for a new version of the bytes; files of older
// versions stay, since agents of older versions go on sending them.
import { writeFileSync } from 'node:fs';
import { encodeExport } from '../src/otlp/index.ts';
import { goldenBatch } from '../src/otlp/sample-batches.ts';

writeFileSync(new URL('batch-1.bin', import.meta.url), encodeExport(goldenBatch()));
