import { run } from './zz-ingest.ts';
await run((f) => console.log(f.figure, f.value, f.unit));
