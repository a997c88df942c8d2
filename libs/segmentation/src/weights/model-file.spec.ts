import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWeights, serializeWeights } from './model-file.ts';
import { parseSafetensors, serializeSafetensors } from './safetensors.ts';

const array = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 })
  .chain((shape) =>
    fc
      .float32Array({ minLength: shape.reduce((a, b) => a * b, 1), maxLength: shape.reduce((a, b) => a * b, 1), noNaN: true })
      .map((values) => ({ shape, values })),
  );

describe('safetensors', () => {
  test('gives back what was written, wherever the bytes lie', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.string({ minLength: 1 }).map((name) => `ä/${name}`),
            array,
          ),
        ),
        fc.integer({ min: 0, max: 7 }),
        (entries, shift) => {
          const file = { metadata: { note: 'grüße "x"' }, arrays: new Map(entries) };
          const bytes = serializeSafetensors(file);
          const moved = new Uint8Array(bytes.length + shift);
          moved.set(bytes, shift);
          expect(parseSafetensors(moved.subarray(shift))).toEqual(file);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('of hundreds of megabytes is not copied', () => {
    const bytes = serializeSafetensors({ metadata: {}, arrays: new Map([['w', { shape: [1], values: new Float32Array([1]) }]]) });
    expect(parseSafetensors(bytes).arrays.get('w')?.values.buffer).toBe(bytes.buffer);
  });

  test('has the layout of the format: length, header, little-endian data at a multiple of eight', () => {
    const bytes = serializeSafetensors({ metadata: {}, arrays: new Map([['w', { shape: [1], values: new Float32Array([1]) }]]) });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect((8 + length) % 8).toBe(0);
    expect(JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString())).toEqual({
      __metadata__: {},
      w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f]);
  });
});

describe('model file', () => {
  const model = {
    network: 'unet-compact',
    input: 'unit',
    picture: 'plain',
    imageSize: 256,
    threshold: 0.35,
    looks: { flips: 'across', sizes: [1, 0.5] },
    weights: new Map([['w', { shape: [2, 3], values: new Float32Array(6) }]]),
  } as const;

  test('says what it is', () => {
    expect(parseWeights(serializeWeights(model))).toEqual(model);
  });

  test('of before there was a choice sees the equalised picture', () => {
    const { picture: _, ...older } = model;
    expect(parseWeights(serializeWeights(older))).toEqual({ ...model, picture: 'equalised' });
    const { metadata, arrays } = parseSafetensors(serializeWeights(model));
    const { picture: __, ...written } = metadata;
    expect(parseWeights(serializeSafetensors({ metadata: written, arrays })).picture).toBe('equalised');
  });

  test('of before there was a choice looks once', () => {
    const { looks: _, ...older } = model;
    expect(parseWeights(serializeWeights(older))).toEqual({ ...model, looks: { flips: 'none', sizes: [1] } });
    const { metadata, arrays } = parseSafetensors(serializeWeights(model));
    const { looks: __, ...written } = metadata;
    expect(parseWeights(serializeSafetensors({ metadata: written, arrays })).looks).toEqual({ flips: 'none', sizes: [1] });
  });

  test.each(['all', '{"flips":"twice","sizes":[1]}', '{"flips":"all","sizes":[]}'])('looks that are none are refused: %s', (looks) => {
    const { metadata, arrays } = parseSafetensors(serializeWeights(model));
    expect(() => parseWeights(serializeSafetensors({ metadata: { ...metadata, looks }, arrays }))).toThrow(
      /not a model of version 1: .*looks/s,
    );
  });

  test('a damaged or foreign file is refused with what was found', () => {
    const bytes = serializeWeights(model);
    expect(() => parseWeights(bytes.subarray(0, bytes.length - 4))).toThrow(/w: found 20 bytes, expected 24/);
    expect(() => parseWeights(bytes.subarray(0, 6))).toThrow(/not a safetensors file/);
    expect(() => parseWeights(new TextEncoder().encode('<html><body>not found</body></html>'))).toThrow(/not a safetensors file/);
    expect(() => parseWeights(serializeSafetensors({ metadata: { format: 'pt' }, arrays: new Map() }))).toThrow(
      /not a model of version 1: found {"format":"pt"}/,
    );
  });
});
