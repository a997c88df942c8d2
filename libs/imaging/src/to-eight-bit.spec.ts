import { expect, test } from 'vitest';
import { packMask } from './bit-mask.ts';
import { createPlainKernels } from './kernels/plain-kernels.ts';
import { toEightBit } from './to-eight-bit.ts';

/** What `cv2.normalize(normalised, None, 0, 255, cv2.NORM_MINMAX, cv2.CV_32F).astype('uint8')` gives (OpenCV 5.0.0), where double precision differs. */
test.each([
  [288, 65_520, [13_278, 26_268, 65_238], [50, 101, 254]],
  [288, 65_520, [21_935, 43_582, 65_229], [84, 169, 254]],
  [0, 4095, [0, 3796], [0, 254]],
  [544, 65_520, [544, 65_520], [0, 255]],
])('normalised by %i to %i, %j become %j, as in OpenCV', (min, max, values, bytes) => {
  const image = { rows: 1, columns: values.length, data: Uint16Array.from(values) };
  const marks = packMask({ rows: 1, columns: values.length, data: new Uint8Array(values.length).fill(1) });
  expect(toEightBit(image, marks, { min, max }, createPlainKernels())?.data).toEqual(Uint8Array.from(bytes));
});
