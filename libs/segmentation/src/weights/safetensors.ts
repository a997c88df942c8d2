import { describeError, invalid } from '@mammoline/kernel';
import { z } from 'zod';
import type { NamedArray, NamedArrays } from './named-arrays.ts';

/** Named arrays with a few words about them, as one file has them. */
export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly arrays: NamedArrays;
}

const lengthBytes = 8;
const bytesPerValue = 4;

const entrySchema = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const headerSchema = z.object({ __metadata__: z.record(z.string(), z.string()).default({}) }).catchall(entrySchema);

/** Writes the safetensors format (huggingface/safetensors): length of the header, JSON header, little-endian data in the arrays' order. */
export function serializeSafetensors({ metadata, arrays }: SafetensorsFile): Uint8Array {
  const entries: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of arrays) {
    const begin = end;
    end += values.length * bytesPerValue;
    entries[name] = { dtype: 'F32', shape, data_offsets: [begin, end] };
  }
  const text = JSON.stringify(entries);
  // The data begins at a multiple of eight.
  const header = new TextEncoder().encode(text.padEnd(text.length + (-Buffer.byteLength(text) & 7)));
  const bytes = new Uint8Array(lengthBytes + header.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, lengthBytes);
  let at = lengthBytes + header.length;
  for (const { values } of arrays.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** Reads 32-bit arrays of a safetensors file. @throws Failure invalid for anything else */
export function parseSafetensors(bytes: Uint8Array): SafetensorsFile {
  try {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true));
    const start = lengthBytes + length;
    if (start > bytes.length) throw invalid(`found a header of ${length} bytes in a file of ${bytes.length}`);
    const { __metadata__: metadata, ...entries } = headerSchema.parse(
      JSON.parse(new TextDecoder().decode(bytes.subarray(lengthBytes, start))),
    );
    const arrays = new Map<string, NamedArray>();
    for (const [
      name,
      {
        shape,
        data_offsets: [begin, end],
      },
    ] of Object.entries(entries)) {
      const expected = shape.reduce((product, side) => product * side, bytesPerValue);
      if (end - begin !== expected || start + end > bytes.length) {
        throw invalid(`${name}: found ${Math.max(0, Math.min(end, bytes.length - start) - begin)} bytes, expected ${expected}`);
      }
      const [first, length] = [bytes.byteOffset + start + begin, (end - begin) / bytesPerValue];
      // The bytes themselves, which may be hundreds of megabytes; a copy where they don't lie at a multiple of four. Not slice: that of a Buffer copies nothing.
      const values =
        first % bytesPerValue === 0
          ? new Float32Array(bytes.buffer, first, length)
          : new Float32Array(new Uint8Array(bytes.subarray(start + begin, start + end)).buffer);
      arrays.set(name, { shape, values });
    }
    return { metadata, arrays };
  } catch (error) {
    throw invalid(`not a safetensors file of 32-bit floats: ${describeError(error)}`, { cause: error });
  }
}
