/* eslint-disable @typescript-eslint/no-unsafe-argument -- the package types OpenCV's constants as any */
import { createRequire } from 'node:module';
import type * as OpenCv from '@techstark/opencv-js';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { binarise } from './binarise.ts';
import { packMask, unpackMask, type BitMask } from './bit-mask.ts';
import { clahe } from './clahe.ts';
import { facesLeft } from './faces-left.ts';
import { keepLargestContourFilled } from './keep-largest-contour-filled.ts';
import { openKernels } from './kernels/open-kernels.ts';
import { roomFor } from './kernels/room-for.ts';
import { normalisedValue } from './normalised-value.ts';
import { openThenDilate } from './open-then-dilate.ts';
import { padToSquare } from './pad-to-square.ts';
import type { GreyRaster, Mask, Raster16, Raster8 } from './raster.ts';
import { resampleMaskNearest } from './resample-mask-nearest.ts';
import { resizeAreaAverage } from './resize-area-average.ts';
import { images16, images8, masks } from './spec-images/random-images.ts';
import { stretchContrast } from './stretch-contrast.ts';
import { takePart } from './take-part.ts';
import { toEightBit } from './to-eight-bit.ts';
import { valueRange } from './value-range.ts';

/** OpenCV 5.0 itself, compiled to WebAssembly: the oracle of every step, at sizes and contents that the golden images lack. */
let cv: typeof OpenCv;
beforeAll(async () => {
  // The package exports a promise, which an import statement under vitest would wrap.
  cv = await (createRequire(import.meta.url)('@techstark/opencv-js') as Promise<typeof OpenCv>);
});
/** OpenCV's number for it; the package does not name it. */
const interNearestExact = 6;

/** Runs `work` with its Mats, which no garbage collector frees. */
function withMats<T>(work: (keep: <M extends { delete: () => unknown }>(mat: M) => M) => T): T {
  const kept: { delete: () => unknown }[] = [];
  try {
    return work((mat) => {
      kept.push(mat);
      return mat;
    });
  } finally {
    for (const mat of kept) mat.delete();
  }
}

/** A step of OpenCV's on 8-bit images, or any other type in and out. */
function byOpenCv(
  image: { readonly rows: number; readonly columns: number; readonly data: ArrayLike<number> },
  type: number,
  step: (from: OpenCv.Mat, to: OpenCv.Mat) => void,
) {
  return withMats((keep) => {
    const from = keep(cv.matFromArray(image.rows, image.columns, type, Array.from(image.data)));
    const to = keep(new cv.Mat());
    step(from, to);
    const data =
      to.type() === cv.CV_8UC1 ? to.data : to.type() === cv.CV_16UC1 ? to.data16U : to.type() === cv.CV_32FC1 ? to.data32F : to.data64F;
    return { rows: to.rows, columns: to.cols, data: Array.from(data as ArrayLike<number>) };
  });
}
const plain = ({ rows, columns, data }: GreyRaster) => ({ rows, columns, data: Array.from(data) });

/** Set by hand to look further; a spec must not depend on the day. */
fc.configureGlobal({ seed: 1 });

/** The kernels are those of this processor; kernels.spec.ts holds the others to the same bits. */
const kernels = openKernels();
/** Copies of a step's input to where the kernels work. */
function copy16(image: Raster16): Raster16 {
  kernels.startOver(2 * roomFor(image));
  return takePart(image, { ...image, top: 0, left: 0 }, kernels);
}
function copy8({ rows, columns, data }: Raster8): Raster8 {
  kernels.startOver(2 * roomFor({ rows, columns }));
  const copy = kernels.bytes(data.length);
  copy.set(data);
  return { rows, columns, data: copy };
}
function copyMask(mask: Mask): BitMask {
  kernels.startOver(2 * roomFor(mask));
  return takeMarks(mask);
}
function takeMarks(mask: Mask): BitMask {
  const packed = packMask(mask);
  const words = kernels.words32(packed.words.length);
  words.set(packed.words);
  return { ...packed, words };
}
const hasContrast = (image: GreyRaster): boolean => valueRange(image).min < valueRange(image).max;

describe('every step is OpenCV’s, bit for bit', () => {
  test('binarise: threshold of the normalised image, which is of double precision', () => {
    fc.assert(
      fc.property(images16(1, 70).filter(hasContrast), (image) => {
        const range = valueRange(image);
        const normalised = { ...image, data: Float64Array.from(image.data, (value) => normalisedValue(value, range)) };
        const expected = byOpenCv(normalised, cv.CV_64FC1, (from, to) => {
          // OpenCV's threshold keeps what is above; the largest double below .1 makes it keep .1 too.
          cv.threshold(from, to, 0.09999999999999999, 1, cv.THRESH_BINARY);
        });
        expect(plain(unpackMask(binarise(copy16(image), range, 0.1, kernels)))).toEqual(expected);
      }),
    );
  });

  test('open and dilate', () => {
    fc.assert(
      fc.property(masks(1, 110), fc.constantFrom(1, 3, 7, 23), (mask, sidePx) => {
        const expected = byOpenCv(mask, cv.CV_8UC1, (from, to) => {
          const kernel = cv.Mat.ones(sidePx, sidePx, cv.CV_8U);
          cv.morphologyEx(from, to, cv.MORPH_OPEN, kernel);
          cv.morphologyEx(to, to, cv.MORPH_DILATE, kernel);
          kernel.delete();
        });
        const marks = copyMask(mask);
        openThenDilate(marks, sidePx, kernels);
        expect(plain(unpackMask(marks))).toEqual(expected);
      }),
    );
  });

  test('the largest contour, drawn filled', () => {
    fc.assert(
      fc.property(masks(1, 60), (mask) => {
        const marks = packMask(mask);
        const found = keepLargestContourFilled(marks) ? unpackMask(marks) : undefined;
        const expected = largestContourByOpenCv(mask);
        expect(found === undefined ? undefined : plain(found)).toEqual(expected);
      }),
    );
  });

  test('mask, 8 bit (normalised in single precision, cut to integers) and flip', () => {
    fc.assert(
      fc.property(images16(1, 70).filter(hasContrast), fc.integer({ min: 0, max: 3 }), fc.integer(), (image, share, seed) => {
        const range = valueRange(image);
        // Neighbours go together: whole words of marks, none, and parts.
        const isMarked = (at: number): boolean => Math.imul(Math.floor(at / 16) + seed, 2_654_435_761) >>> 30 <= share;
        const mask = { ...image, data: Uint8Array.from(image.data, (_, at) => (isMarked(at) ? 1 : 0)) };
        const values = image.data.map((value, at) => (mask.data[at] === 1 ? value : range.min));
        const normalised = { ...image, data: Float64Array.from(values, (value) => normalisedValue(value, range)) };
        const copy = copy16(image);
        const found = toEightBit(copy, takeMarks(mask), range, kernels);
        if (!values.some((value) => value > range.min)) {
          expect(found).toBeUndefined();
          return;
        }
        // OpenCV normalises by the smallest of the masked values; they have the range's, which stands for all that is not marked.
        fc.pre(values.includes(range.min));
        const expected = byOpenCv(normalised, cv.CV_64FC1, (from, to) => {
          cv.normalize(from, to, 0, 255, cv.NORM_MINMAX, cv.CV_32F);
          cv.flip(to, to, 1);
        });
        const bytes = found ?? expect.unreachable('nothing found');
        kernels.mirrorRows(bytes.data, bytes.rows, bytes.columns);
        expect(Array.from(bytes.data)).toEqual(expected.data.map(Math.trunc));
      }),
    );
  });

  test('which way the breast faces: sums over both halves', () => {
    fc.assert(
      fc.property(masks(1, 60), (mask) => {
        const middle = Math.floor(mask.columns / 2);
        const sum = (from: number, to: number): number =>
          withMats((keep) => {
            const whole = keep(cv.matFromArray(mask.rows, mask.columns, cv.CV_8UC1, Array.from(mask.data)));
            if (from >= to) return 0;
            return cv.countNonZero(keep(whole.roi(new cv.Rect(from, 0, to - from, mask.rows)).clone()));
          });
        expect(facesLeft(packMask(mask))).toBe(sum(0, middle) < sum(middle, mask.columns - 1));
      }),
    );
  });

  test('CLAHE', () => {
    fc.assert(
      fc.property(images8(1, 150), fc.constantFrom(1, 2, 40), fc.constantFrom(1, 2, 8), (image, clipLimit, tiles) => {
        const expected = byOpenCv(image, cv.CV_8UC1, (from, to) => {
          const equaliser = new cv.CLAHE(clipLimit, new cv.Size(tiles, tiles));
          equaliser.apply(from, to);
          equaliser.delete();
        });
        const found = copy8(image);
        clahe(found, { clipLimit, tiles }, kernels);
        expect(plain(found)).toEqual(expected);
      }),
    );
  });

  test('pad', () => {
    fc.assert(
      fc.property(images8(1, 60), (image) => {
        const side = Math.max(image.rows, image.columns);
        const expected = byOpenCv(image, cv.CV_8UC1, (from, to) => {
          cv.copyMakeBorder(from, to, 0, side - image.rows, 0, side - image.columns, cv.BORDER_CONSTANT, new cv.Scalar(0));
        });
        expect(plain(padToSquare(image))).toEqual(expected);
      }),
    );
  });

  test('stretch: minimum and maximum to 0 and 255, rounded', () => {
    fc.assert(
      fc.property(images8(1, 60).filter(hasContrast), (image) => {
        const { min, max } = valueRange(image);
        const normalised = { ...image, data: Float64Array.from(image.data, (value) => ((value - min) / (max - min)) * 255) };
        const expected = byOpenCv(normalised, cv.CV_64FC1, (from, to) => {
          from.convertTo(to, cv.CV_32F);
          to.convertTo(to, cv.CV_8U);
        });
        const found = copy8(image);
        stretchContrast(found, false, kernels);
        expect(plain(found)).toEqual(expected);
      }),
    );
  });

  test('resize a mask: the pixel under each centre', () => {
    // A centre between two pixels is the latter's here; in OpenCV its fixed point decides, so such sizes are left out.
    const isBetween = (length: number, toLength: number): boolean =>
      Array.from({ length: toLength }, (_, at) => ((2 * at + 1) * length) % (2 * toLength)).includes(0);
    fc.assert(
      fc.property(masks(1, 90), fc.integer({ min: 1, max: 64 }), (mask, sidePx) => {
        fc.pre(!isBetween(mask.rows, sidePx) && !isBetween(mask.columns, sidePx));
        const expected = byOpenCv(mask, cv.CV_8UC1, (from, to) => {
          cv.resize(from, to, new cv.Size(sidePx, sidePx), 0, 0, interNearestExact);
        });
        expect(plain(resampleMaskNearest(mask, sidePx, sidePx))).toEqual(expected);
      }),
    );
  });
});

test('resize an image: OpenCV’s area average, which is of single precision, within one grey value', () => {
  fc.assert(
    fc.property(images8(8, 120), fc.double({ min: 0.1, max: 1, noNaN: true }), (image: Raster8, share) => {
      const [rows, columns] = [Math.ceil(image.rows * share), Math.ceil(image.columns * share)];
      const expected = byOpenCv(image, cv.CV_8UC1, (from, to) => {
        cv.resize(from, to, new cv.Size(columns, rows), 0, 0, cv.INTER_AREA);
      });
      const found = plain(resizeAreaAverage(image, rows, columns));
      const difference = found.data.map((value, at) => Math.abs(value - (expected.data[at] ?? Number.NaN)));
      expect(Math.max(...difference)).toBeLessThanOrEqual(1);
    }),
  );
});

/** As the reference does: contours sorted by their areas (Python's stable sort, reversed), the first drawn filled. */
function largestContourByOpenCv(mask: Mask) {
  return withMats((keep) => {
    const image = keep(cv.matFromArray(mask.rows, mask.columns, cv.CV_8UC1, Array.from(mask.data)));
    const contours = keep(new cv.MatVector());
    const hierarchy = keep(new cv.Mat());
    cv.findContours(image, contours, hierarchy, cv.RETR_EXTERNAL, cv.CHAIN_APPROX_NONE);
    let largest = -1;
    let largestArea = -1;
    for (let index = 0; index < contours.size(); index += 1) {
      const area = cv.contourArea(keep(contours.get(index)));
      if (area <= largestArea) continue;
      largest = index;
      largestArea = area;
    }
    if (largest === -1) return undefined;
    const drawn = keep(cv.Mat.zeros(mask.rows, mask.columns, cv.CV_8UC1));
    cv.drawContours(drawn, contours, largest, new cv.Scalar(1), -1);
    return { rows: mask.rows, columns: mask.columns, data: Array.from(drawn.data) };
  });
}
