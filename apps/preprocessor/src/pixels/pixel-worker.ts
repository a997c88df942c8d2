import { readPixels, type DicomLimits } from '@mammoline/dicom';
import {
  decodeMaskPng,
  encodeMaskPng,
  encodePng,
  forwardMask,
  openKernels,
  prepareCrop,
  prepareNetworkInput,
  type Geometry,
} from '@mammoline/imaging';
import { assertNever, describeError, toFailure } from '@mammoline/kernel';
import { workerData } from 'piscina';
import type { PixelReply, PixelRequest, PixelTask, PixelWork } from './pixel-work.ts';

/** This thread's own, used by one piece of work after the other. */
const kernels = openKernels();

const limits = workerData as DicomLimits;

/** The program of a worker thread: answers a request, also where it fails. */
export default async function answer(request: PixelRequest): Promise<PixelReply> {
  try {
    return { ok: true, output: await work(request) };
  } catch (error) {
    const { kind } = toFailure(error, 'bug', `pixel work ${request.task}`);
    return { ok: false, kind, message: describeError(error) };
  }
}

async function work(request: PixelRequest): Promise<PixelWork[PixelTask]['output']> {
  switch (request.task) {
    case 'mammogram': {
      const { dicom, maskPng, recipe } = request.input;
      const { image, geometry } = prepareNetworkInput(readPixels(dicom, { limits }).pixels, recipe, { kernels });
      return {
        imagePng: await encodePng(image),
        maskPng: maskPng === undefined ? undefined : await prepareMaskPng(maskPng, geometry),
        geometry,
      };
    }
    case 'mask':
      return { maskPng: await prepareMaskPng(request.input.maskPng, request.input.geometry) };
    case 'crop':
      return { imagePng: await encodePng(prepareCrop(readPixels(request.input.dicom, { limits }).pixels, request.input.recipe, kernels)) };
    default:
      return assertNever(request, 'pixel work');
  }
}

async function prepareMaskPng(png: Uint8Array, geometry: Geometry): Promise<Uint8Array> {
  return encodeMaskPng(forwardMask(await decodeMaskPng(png), geometry));
}
