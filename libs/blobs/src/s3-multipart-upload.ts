import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart } from '@aws-sdk/client-s3';
import { unavailable } from '@mammoline/kernel';
import { ask } from './s3-bucket.ts';
import type { S3Bucket } from './s3-bucket.ts';

const cleanUpTimeoutMs = 5000;

/** An object that is written in parts, each with a checksum that the store holds against what it got; nobody sees it before it is complete. */
export class S3MultipartUpload {
  readonly #bucket: S3Bucket;
  readonly #key: string;
  readonly #id: string;
  readonly #parts: CompletedPart[] = [];

  private constructor(bucket: S3Bucket, key: string, id: string) {
    this.#bucket = bucket;
    this.#key = key;
    this.#id = id;
  }

  static async begin(bucket: S3Bucket, key: string, signal: AbortSignal | undefined): Promise<S3MultipartUpload> {
    const command = new CreateMultipartUploadCommand({ Bucket: bucket.name, Key: key, ChecksumAlgorithm: 'CRC32' });
    const { UploadId: id } = await ask(bucket, 'begin a blob', signal, (client, options) => client.send(command, options));
    if (id === undefined) throw unavailable(`${bucket.called} began an upload without an id: found none, expected one`);
    return new S3MultipartUpload(bucket, key, id);
  }

  async add(bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    const PartNumber = this.#parts.length + 1;
    const command = new UploadPartCommand({ ...this.#target(), PartNumber, Body: bytes, ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = await ask(this.#bucket, 'store a part of a blob', signal, (client, options) =>
      client.send(command, options),
    );
    this.#parts.push({ PartNumber, ETag, ChecksumCRC32 });
  }

  async complete(signal: AbortSignal | undefined): Promise<void> {
    const command = new CompleteMultipartUploadCommand({ ...this.#target(), MultipartUpload: { Parts: this.#parts } });
    await ask(this.#bucket, 'complete a blob', signal, (client, options) => client.send(command, options));
  }

  /** Gives up what was sent. Where the store can't be asked, cleaning up after a day does it. */
  async abandon(): Promise<void> {
    const command = new AbortMultipartUploadCommand(this.#target());
    await this.#bucket.client.send(command, { abortSignal: AbortSignal.timeout(cleanUpTimeoutMs) }).catch(() => undefined);
  }

  #target(): { readonly Bucket: string; readonly Key: string; readonly UploadId: string } {
    return { Bucket: this.#bucket.name, Key: this.#key, UploadId: this.#id };
  }
}
