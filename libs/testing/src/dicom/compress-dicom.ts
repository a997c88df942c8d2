import { createRequire } from 'node:module';
import dcmjsCodecs from 'dcmjs-codecs';

const { NativeCodecs, Transcoder } = dcmjsCodecs;

/** What the former reads and writes with; it calls every implicit file an error. */
interface Dcmjs {
  readonly log: { getLogger(name: string): { setLevel(level: string): void } };
}

/**
 * Writes a file anew with its pixels compressed, by a library with which nothing but JPEG is decoded here.
 * @param transferSyntaxUid RLE, JPEG baseline or lossless (.70), JPEG-LS, JPEG 2000 or HTJ2K
 */
export async function compressDicom(file: Uint8Array, transferSyntaxUid: string): Promise<Uint8Array> {
  const { log } = createRequire(import.meta.url)('dcmjs') as Dcmjs;
  log.getLogger('validation.dcmjs').setLevel('silent');
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync();
  const transcoder = new Transcoder(new Uint8Array(file).buffer);
  transcoder.transcode(transferSyntaxUid);
  return new Uint8Array(transcoder.getDicomPart10());
}
