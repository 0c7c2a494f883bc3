export { ByteReader, ByteWriter, type DoubleForm, doubleForm } from './bytes.ts';
export { readSketch, writeSketch } from './codec.ts';
