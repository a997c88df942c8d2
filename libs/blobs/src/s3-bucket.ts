import { S3Client } from '@aws-sdk/client-s3';
import { invalid } from '@mammoline/kernel';
import { s3Failure } from './s3-failure.ts';
import type { S3Location } from './s3-location.ts';

/** A bucket, and how it is spoken to. */
export interface S3Bucket {
  readonly client: S3Client;
  readonly name: string;
  /** Of all keys: empty, or ends with a slash. */
  readonly prefix: string;
  /** For messages: `s3://…`, and what it is to us, `the blob store s3://…`. */
  readonly title: string;
  readonly called: string;
}

export interface S3Timing {
  readonly connectTimeoutMs: number;
  /** Without a byte in either direction. */
  readonly idleTimeoutMs: number;
  /** Of each request, with the SDK's backoff and jitter between them. */
  readonly attempts: number;
}

export function openS3Bucket(
  location: S3Location,
  { connectTimeoutMs, idleTimeoutMs, attempts }: S3Timing,
  kind: 'the blob store' | 'the bucket',
): S3Bucket {
  const client = new S3Client({
    ...(location.endpoint === undefined ? {} : { endpoint: location.endpoint }),
    ...(location.region === undefined ? {} : { region: location.region }),
    forcePathStyle: location.pathStyle,
    maxAttempts: attempts,
    requestHandler: { connectionTimeout: connectTimeoutMs, socketTimeout: idleTimeoutMs },
    // All that is read whole is held against its sha256.
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const title = `s3://${location.bucket}/${location.prefix}${location.endpoint === undefined ? '' : ` at ${location.endpoint}`}`;
  return { client, name: location.bucket, prefix: location.prefix, title, called: `${kind} ${title}` };
}

/** Sends a request: an abort rejects with the signal's reason, all else with a Failure. */
export async function ask<T>(
  bucket: S3Bucket,
  what: string,
  signal: AbortSignal | undefined,
  request: (client: S3Client, options: { readonly abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await request(bucket.client, signal === undefined ? {} : { abortSignal: signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw s3Failure(error, `${bucket.called} can't ${what}`);
  }
}

/** @throws Failure invalid where neither the URL nor the SDK's settings name a region: no request can be signed */
export async function checkRegion({ client, called }: S3Bucket): Promise<void> {
  try {
    await client.config.region();
  } catch (error) {
    throw invalid(`${called}: found no region, expected region=… in its URL or AWS_REGION (any will do for most stores but AWS)`, {
      cause: error,
    });
  }
}
