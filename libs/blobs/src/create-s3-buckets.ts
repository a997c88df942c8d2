import type { S3Address, S3Server } from './s3-address.ts';
import { openS3Bucket } from './s3-bucket.ts';
import type { S3Bucket, S3Timing } from './s3-bucket.ts';
import type { S3Location } from './s3-location.ts';

/** One minute until a store that hangs is unavailable; a store that is gone is at once. */
export const defaultTiming: S3Timing = { connectTimeoutMs: 3000, idleTimeoutMs: 20_000, attempts: 3 };

/**
 * Clients of the buckets that objects are read from where they are. A bucket has one for good: its connections and its credentials, which may come from a
 * service that must not be asked for each object.
 * @param store where blobs are, if they are in S3: an address without settings is on its server
 */
export function createS3Buckets(store: S3Location | undefined): (address: Omit<S3Address, 'key'>) => S3Bucket {
  const fallback: S3Server = store ?? { endpoint: undefined, region: undefined, pathStyle: false };
  const opened = new Map<string, S3Bucket>();
  return ({ bucket, server = fallback }) => {
    const { endpoint, region, pathStyle } = server;
    const name = [bucket, endpoint, region, pathStyle].join(' ');
    const known = opened.get(name) ?? openS3Bucket({ bucket, prefix: '', endpoint, region, pathStyle }, defaultTiming, 'the bucket');
    opened.set(name, known);
    return known;
  };
}
