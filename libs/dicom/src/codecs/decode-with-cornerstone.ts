import { invalid } from '@mammoline/kernel';
import type { DecodedFrame } from './frame-shape.ts';
import { instantiate, requirePackage } from './web-assembly.ts';
import type { WasmImports, WasmInstance } from './web-assembly.ts';

/** A codec package of cornerstone: the script that stands around its WebAssembly, the latter, and the class in it. */
interface CodecPackage {
  readonly script: string;
  readonly wasm: string;
  readonly className: string;
}

const packages = {
  'jpeg-ls': {
    script: '@cornerstonejs/codec-charls/decodewasmjs',
    wasm: '@cornerstonejs/codec-charls/decodewasm',
    className: 'JpegLSDecoder',
  },
  'jpeg-2000': {
    script: '@cornerstonejs/codec-openjpeg/decodewasmjs',
    wasm: '@cornerstonejs/codec-openjpeg/decodewasm',
    className: 'J2KDecoder',
  },
  htj2k: { script: '@cornerstonejs/codec-openjph/wasmjs', wasm: '@cornerstonejs/codec-openjph/wasm', className: 'HTJ2KDecoder' },
} as const satisfies Record<string, CodecPackage>;

export type CornerstoneCodec = keyof typeof packages;

interface Decoder {
  getEncodedBuffer(lengthBytes: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly bitsPerSample: number; readonly componentCount: number };
  delete(): void;
}

/** What the script fills in, at once where it is given an instance at once. */
interface CodecModule {
  readonly HEAPU8: Uint8Array;
  readonly [className: string]: unknown;
}

/** Ready for the next frame; absent while they work, so that a memory in which something broke is never used again. */
const idle = new Map<CornerstoneCodec, CodecModule>();

/** Above this a grown memory is let go of after the frame. */
const keptBytes = 256 * 1024 * 1024;

/**
 * Decodes a frame of JPEG-LS (CharLS), JPEG 2000 (OpenJPEG) or HTJ2K (OpenJPH).
 * @throws what the codec throws where the frame is damaged; some throw numbers
 */
export function decodeWithCornerstone(codec: CornerstoneCodec, frame: Uint8Array): DecodedFrame {
  const module = idle.get(codec) ?? openCodec(packages[codec]);
  idle.delete(codec);
  const decoder = new (module[packages[codec].className] as new () => Decoder)();
  decoder.getEncodedBuffer(frame.length).set(frame);
  decoder.decode();
  const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
  const decoded = {
    rows: height,
    columns: width,
    samplesPerPixel: componentCount,
    bytesPerSample: bitsPerSample <= 8 ? 1 : 2,
    data: new Uint8Array(decoder.getDecodedBuffer()),
  };
  decoder.delete();
  if (module.HEAPU8.length <= keptBytes) idle.set(codec, module);
  return decoded;
}

function openCodec({ script, wasm, className }: CodecPackage): CodecModule {
  const start = requirePackage(script) as (module: object) => Promise<unknown>;
  const silent = (): void => undefined;
  const module = {
    HEAPU8: new Uint8Array(),
    print: silent,
    printErr: silent,
    instantiateWasm: (imports: WasmImports, receive: (instance: WasmInstance) => void): unknown => {
      const instance = instantiate(wasm, imports);
      receive(instance);
      return instance.exports;
    },
  };
  // Ready when this returns; the promise says so later, or repeats what was thrown.
  start(module).catch(silent);
  if (!(className in module)) throw invalid(`${script} is not ready; expected it to be, with an instance given at once`);
  return module;
}
