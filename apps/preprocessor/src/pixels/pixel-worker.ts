import { parentPort } from 'node:worker_threads';
import { readPixels } from '@mammoline/dicom';
import {
  decodeMaskPng,
  encodeMaskPng,
  encodePng,
  forwardMask,
  prepareCrop,
  prepareMammogram,
  resizeToNetwork,
  type Geometry,
} from '@mammoline/imaging';
import { assertNever, bug, describeError, toFailure } from '@mammoline/kernel';
import type { PixelReply, PixelRequest, PixelTask, PixelWork } from './pixel-work.ts';

/** The program of a worker thread: one request after the other, each answered once. */
const port = parentPort;
if (port === null) throw bug('pixel-worker.ts is started by openPixelWorkers, as a worker thread');
port.on('message', (request: PixelRequest) => {
  void answer(request).then((reply) => {
    port.postMessage(reply);
  });
});

async function answer(request: PixelRequest): Promise<PixelReply> {
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
      const { image, geometry } = prepareMammogram(readPixels(dicom).pixels, recipe);
      return {
        imagePng: await encodePng(resizeToNetwork(image, geometry)),
        maskPng: maskPng === undefined ? undefined : await prepareMaskPng(maskPng, geometry),
        geometry,
      };
    }
    case 'mask':
      return { maskPng: await prepareMaskPng(request.input.maskPng, request.input.geometry) };
    case 'crop':
      return { imagePng: await encodePng(prepareCrop(readPixels(request.input.dicom).pixels, request.input.recipe)) };
    default:
      return assertNever(request, 'pixel work');
  }
}

async function prepareMaskPng(png: Uint8Array, geometry: Geometry): Promise<Uint8Array> {
  return encodeMaskPng(forwardMask(await decodeMaskPng(png), geometry));
}
