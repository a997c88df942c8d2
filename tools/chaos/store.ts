import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DeleteObjectsCommand, GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

/** What lies in a blob store, seen past the adapter that wrote it. */
export interface StoredFiles {
  /** As services name the store. */
  readonly url: string;
  readonly empty: () => Promise<void>;
  /** Blobs whose bytes are not those of their names. */
  readonly broken: () => Promise<readonly string[]>;
  /** What is being written, or was left by a writer that died; but for the single bytes that readiness checks write every few seconds. */
  readonly temporary: () => Promise<readonly string[]>;
}

/** @param url s3://bucket/prefix?endpoint=…, with the credentials of this process's environment */
export function storedInS3(url: string): StoredFiles {
  const { host: bucket, pathname, searchParams } = new URL(url);
  const prefix = `${pathname.slice(1)}/`;
  const client = new S3Client({
    endpoint: searchParams.get('endpoint') ?? '',
    region: searchParams.get('region') ?? '',
    forcePathStyle: true,
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const keys = async (minBytes = 0): Promise<readonly string[]> => {
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }));
      found.push(...(page.Contents ?? []).flatMap(({ Key, Size = 0 }) => (Key === undefined || Size < minBytes ? [] : [Key])));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  };
  const bytesOf = async (key: string): Promise<Uint8Array> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  };
  return {
    url,
    empty: async () => {
      for (let left = await keys(); left.length > 0; left = await keys()) {
        const objects = left.slice(0, 1000).map((Key) => ({ Key }));
        await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }));
      }
    },
    broken: async () =>
      brokenOf(
        (await keys()).map((key) => key.slice(prefix.length)),
        (name) => bytesOf(`${prefix}${name}`),
      ),
    temporary: async () => {
      const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return [
        ...(await keys(2)).filter((key) => key.startsWith(`${prefix}tmp/`)),
        ...(uploads.Uploads ?? []).map(({ Key }) => `upload of ${Key ?? ''}`),
      ];
    },
  };
}

export function storedInFolder(directory: string): StoredFiles {
  const names = async (): Promise<readonly string[]> =>
    (await readdir(directory, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
  return {
    url: pathToFileURL(directory).href,
    empty: async () => {
      await mkdir(directory, { recursive: true });
      for (const name of await names()) await rm(join(directory, name), { force: true });
    },
    broken: async () => brokenOf(await names(), (name) => readFile(join(directory, name))),
    temporary: async () =>
      (await names()).filter(
        (name) => name.startsWith('tmp/') && (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0) > 1,
      ),
  };
}

async function brokenOf(names: readonly string[], read: (name: string) => Promise<Uint8Array>): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const name of names.filter((it) => /^[0-9a-f]{2}\/[0-9a-f]{62}$/.test(it))) {
    const hash = createHash('sha256')
      .update(await read(name))
      .digest('hex');
    if (hash !== name.replace('/', '')) broken.push(name);
  }
  return broken;
}
