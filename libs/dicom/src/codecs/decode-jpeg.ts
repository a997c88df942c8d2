import { invalid } from '@mammoline/kernel';
import type { DecodedFrame, FrameShape } from './frame-shape.ts';
import { instantiate } from './web-assembly.ts';

/**
 * The C interface of dcmjs-codecs 0.0.8, as that package's own class uses it (the class would be loaded asynchronously, once for ever, and with all of
 * dcmjs). Its libijg, dcmtk's, is the one decoder in npm for 12 bits, all lossless predictors and the retired progressive processes.
 */
interface JpegCodec {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly _initialize: () => void;
  readonly CreateCodecsContext: () => number;
  readonly ReleaseCodecsContext: (context: number) => void;
  readonly CreateDecoderParameters: () => number;
  readonly ReleaseDecoderParameters: (parameters: number) => void;
  readonly SetColumns: Setter;
  readonly SetRows: Setter;
  readonly SetBitsAllocated: Setter;
  readonly SetBitsStored: Setter;
  readonly SetSamplesPerPixel: Setter;
  readonly SetPixelRepresentation: Setter;
  readonly SetPhotometricInterpretation: Setter;
  readonly SetEncodedBufferSize: Setter;
  readonly GetColumns: Getter;
  readonly GetRows: Getter;
  readonly GetBitsAllocated: Getter;
  readonly GetSamplesPerPixel: Getter;
  readonly GetEncodedBuffer: Getter;
  readonly GetDecodedBuffer: Getter;
  readonly GetDecodedBufferSize: Getter;
  readonly DecodeJpeg: (context: number, parameters: number) => void;
}
type Setter = (context: number, value: number) => void;
type Getter = (context: number) => number;

/** Ready for the next frame; absent while it works, so that a memory in which something broke is never used again. */
let idle: JpegCodec | undefined;

/** Above this a grown memory is let go of after the frame. */
const initialBytes = 256 * 1024 * 1024;

/** Places in the package's list of photometric interpretations; no colours are converted. */
const monochrome2 = 1;
const rgb = 3;

/**
 * Decodes a frame of JPEG: baseline, extended, progressive, lossless.
 * @throws Failure or what WebAssembly throws, where the frame is damaged
 */
export function decodeJpeg(frame: Uint8Array, shape: FrameShape): DecodedFrame {
  const codec = idle ?? openJpegCodec();
  idle = undefined;
  const context = codec.CreateCodecsContext();
  const parameters = codec.CreateDecoderParameters();
  codec.SetColumns(context, shape.columns);
  codec.SetRows(context, shape.rows);
  codec.SetBitsAllocated(context, shape.bitsAllocated);
  codec.SetBitsStored(context, shape.bitsStored);
  codec.SetSamplesPerPixel(context, shape.samplesPerPixel);
  codec.SetPixelRepresentation(context, shape.isSigned ? 1 : 0);
  codec.SetPhotometricInterpretation(context, shape.samplesPerPixel === 1 ? monochrome2 : rgb);
  codec.SetEncodedBufferSize(context, frame.length);
  new Uint8Array(codec.memory.buffer, codec.GetEncodedBuffer(context), frame.length).set(frame);
  codec.DecodeJpeg(context, parameters);
  const decoded = {
    rows: codec.GetRows(context),
    columns: codec.GetColumns(context),
    samplesPerPixel: codec.GetSamplesPerPixel(context),
    bytesPerSample: codec.GetBitsAllocated(context) / 8,
    data: new Uint8Array(codec.memory.buffer, codec.GetDecodedBuffer(context), codec.GetDecodedBufferSize(context)).slice(),
  };
  codec.ReleaseDecoderParameters(parameters);
  codec.ReleaseCodecsContext(context);
  if (codec.memory.buffer.byteLength <= initialBytes) idle = codec;
  return decoded;
}

function openJpegCodec(): JpegCodec {
  const nothing = (): number => 0;
  const end = (code: number): never => {
    throw invalid(`the codec ended with ${String(code)}`);
  };
  const instance = instantiate('dcmjs-codecs/build/dcmjs-native-codecs.wasm', {
    env: {
      onCodecsException: (at: number, lengthBytes: number): never => {
        throw invalid(Buffer.from(codec.memory.buffer, at, lengthBytes).toString('latin1').replace(/^.*::/, ''));
      },
      onCodecsInfo: nothing,
      onCodecsTrace: nothing,
      emscripten_notify_memory_growth: nothing,
    },
    wasi_snapshot_preview1: {
      proc_exit: end,
      clock_time_get: nothing,
      fd_write: nothing,
      fd_close: nothing,
      fd_seek: nothing,
      environ_get: nothing,
      environ_sizes_get: (countAt: number, sizeAt: number): number => {
        const memory = new DataView(codec.memory.buffer);
        memory.setUint32(countAt, 0, true);
        memory.setUint32(sizeAt, 0, true);
        return 0;
      },
    },
  });
  const codec = instance.exports as JpegCodec;
  codec._initialize();
  return codec;
}
