import { readPixels, type DicomLimits } from '@mammoline/dicom';
import {
  decodeMaskPng,
  encodeMaskPng,
  encodePng,
  forwardMask,
  openKernels,
  prepareCrop,
  prepareMammogram,
  prepareMask,
  prepareNetworkInput,
  resizeToNetwork,
  type Geometry,
} from '@mammoline/imaging';
import { assertNever, describeError, toFailure } from '@mammoline/kernel';
import { move, transferableSymbol, valueSymbol, workerData } from 'piscina';
import type { PixelReply, PixelRequest, PixelTask, PixelWork } from './pixel-work.ts';
import { wholeBuffers } from './whole-buffers.ts';

/** This thread's own, used by one piece of work after the other. */
const kernels = openKernels();

const limits = workerData as DicomLimits;

/** The program of a worker thread: answers a request with a PixelReply, also where it fails, and hands the answer's bytes over. */
export default async function answer(request: PixelRequest): Promise<unknown> {
  const reply = await replyTo(request);
  return reply.ok ? move({ [valueSymbol]: reply, [transferableSymbol]: wholeBuffers(reply.output) }) : reply;
}

async function replyTo(request: PixelRequest): Promise<PixelReply> {
  try {
    return { ok: true, output: await work(request) };
  } catch (error) {
    const { kind } = toFailure(error, 'bug', `pixel work ${request.task}`);
    return { ok: false, kind, message: describeError(error) };
  }
}

async function work(request: PixelRequest): Promise<PixelWork[PixelTask]['output']> {
  switch (request.task) {
    case 'mammogram':
      return prepare(request.input);
    case 'mask':
      return { maskPng: await prepareMaskPng(request.input.maskPng, request.input.geometry) };
    case 'crop':
      return { imagePng: await encodePng(prepareCrop(readPixels(request.input.dicom, { limits }).pixels, request.input.recipe, kernels)) };
    default:
      return assertNever(request, 'pixel work');
  }
}

async function prepare({ dicom, maskPng, recipe }: PixelWork['mammogram']['input']): Promise<PixelWork['mammogram']['output']> {
  const { pixels } = readPixels(dicom, { limits });
  if (!recipe.fullSize) {
    const { image, plain, geometry, breast } = prepareNetworkInput(pixels, recipe, { kernels });
    return {
      imagePng: await encodePng(image),
      plainPng: await encodePng(plain),
      maskPng: maskPng === undefined ? undefined : await prepareMaskPng(maskPng, geometry),
      geometry,
      breast,
      fullImagePng: undefined,
      fullMaskPng: undefined,
    };
  }
  const { image, plain, geometry, breast } = prepareMammogram(pixels, recipe, { kernels });
  const mask = maskPng === undefined ? undefined : await decodeMaskPng(maskPng);
  return {
    imagePng: await encodePng(resizeToNetwork(image, geometry)),
    plainPng: await encodePng(plain),
    maskPng: mask === undefined ? undefined : await encodeMaskPng(forwardMask(mask, geometry)),
    geometry,
    breast,
    fullImagePng: await encodePng(image),
    fullMaskPng: mask === undefined ? undefined : await encodeMaskPng(prepareMask(mask, geometry)),
  };
}

async function prepareMaskPng(png: Uint8Array, geometry: Geometry): Promise<Uint8Array> {
  return encodeMaskPng(forwardMask(await decodeMaskPng(png), geometry));
}
