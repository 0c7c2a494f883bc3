// A face of its own: the schema builder costs 13 MB and 80 ms at start, which a process that only
// needs a log or a clock should not pay.
export { type Static, type TSchema, Type } from 'typebox';
