import { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { bug, unavailable } from '@mammoline/kernel';
import { ask } from './s3-bucket.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { s3Failure } from './s3-failure.ts';
import { untilAborted } from './until-aborted.ts';

/** An object that is being read: its chunks are read to the end, or `close` is called. */
export interface S3Object {
  /** Of what is sent: of the range, where one was asked for. */
  readonly sizeBytes: number | undefined;
  /** Of the whole object, where the server told it. */
  readonly totalBytes: number | undefined;
  /** The entity tag, which changes with the content. */
  readonly tag: string | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly close: () => void;
}

/**
 * Begins to read an object, or a range of it; without a length the range goes to the end.
 * @throws Failure unavailable; its cause is the SDK's error, which tells a missing object.
 */
export async function openS3Object(
  bucket: S3Bucket,
  key: string,
  range: { readonly from: number; readonly length?: number } | undefined,
  signal: AbortSignal | undefined,
): Promise<S3Object> {
  const last = range?.length === undefined ? '' : String(range.from + range.length - 1);
  const Range = range === undefined ? undefined : `bytes=${String(range.from)}-${last}`;
  const command = new GetObjectCommand({ Bucket: bucket.name, Key: key, Range });
  const {
    Body: body,
    ContentLength: sizeBytes,
    ContentRange,
    ETag: tag,
  } = await ask(bucket, `give ${key}`, signal, (client, options) => client.send(command, options));
  if (!(body instanceof Readable)) throw bug(`${key}: found a body that is no Node stream, expected one`);
  const total = /\/(\d+)$/.exec(ContentRange ?? '')?.[1];
  return {
    sizeBytes,
    totalBytes: total === undefined ? sizeBytes : Number(total),
    tag,
    chunks: chunksOf(bucket, key, body, sizeBytes, signal),
    close: () => body.destroy(),
  };
}

async function* chunksOf(
  bucket: S3Bucket,
  key: string,
  body: Readable,
  sizeBytes: number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let readBytes = 0;
  try {
    for await (const chunk of untilAborted<unknown>(body, signal)) {
      if (!(chunk instanceof Uint8Array)) throw bug(`${key}: found a chunk of ${typeof chunk}, expected bytes`);
      readBytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw s3Failure(error, `${bucket.called} broke off while it gave ${key}`);
  } finally {
    body.destroy();
  }
  if (sizeBytes !== undefined && readBytes < sizeBytes) {
    throw unavailable(`${bucket.called} ended ${key} after ${String(readBytes)} bytes, expected ${String(sizeBytes)}`);
  }
}
