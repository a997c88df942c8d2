import type { createS3Buckets } from './create-s3-buckets.ts';
import { openFolderTree } from './folder-tree.ts';
import { parseS3Address, s3AddressStart } from './s3-address.ts';
import { parseS3Location } from './s3-location.ts';
import type { S3Location } from './s3-location.ts';
import type { openS3Tree } from './s3-tree.ts';
import type { SourceTree } from './source-tree.ts';

/**
 * @param root absolute path of a folder of this machine, or `s3://bucket/prefix[?endpoint=…&region=…&pathStyle=true]`; credentials are the AWS SDK's
 * @throws Failure invalid where there is nothing of that name; unavailable where the store is away
 */
export type OpenSourceTree = (root: string) => Promise<SourceTree>;

/**
 * Makes what opens trees of files to import. One for a process: it keeps its connections to buckets.
 * @param blobsUrl of the blob store: a bucket without settings of its own is on the store's server where that is in S3, else where the AWS SDK's environment says
 */
export function createSourceTrees(blobsUrl: string): OpenSourceTree {
  const store = blobsUrl.startsWith(s3AddressStart) ? parseS3Location(blobsUrl) : undefined;
  let s3: Promise<S3> | undefined;
  return async (root) => {
    if (!root.startsWith(s3AddressStart)) return openFolderTree(root);
    const address = parseS3Address(root);
    const { open, bucketOf } = await (s3 ??= loadS3(store));
    return open({
      address,
      bucket: bucketOf(address),
      isBlob: (key) => store !== undefined && address.server === undefined && address.bucket === store.bucket && isUnder(store.prefix, key),
    });
  };
}

interface S3 {
  readonly open: typeof openS3Tree;
  readonly bucketOf: ReturnType<typeof createS3Buckets>;
}

/** A laptop whose files are all its own does without the SDK's start-up time. */
async function loadS3(store: S3Location | undefined): Promise<S3> {
  const [tree, buckets] = await Promise.all([import('./s3-tree.ts'), import('./create-s3-buckets.ts')]);
  return { open: tree.openS3Tree, bucketOf: buckets.createS3Buckets(store) };
}

/** Blobs lie in folders of two digits, and in `tmp` while they are written. */
const isUnder = (prefix: string, key: string): boolean =>
  key.startsWith(prefix) && /^(?:[0-9a-f]{2}\/[0-9a-f]{62}|tmp\/.*)$/.test(key.slice(prefix.length));
