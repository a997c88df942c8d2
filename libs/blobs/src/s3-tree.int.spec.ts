import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { collect, describeSourceTree, startTestObjectStore } from '@mammoline/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { createSourceTrees } from './create-source-trees.ts';
import { createS3Buckets } from './create-s3-buckets.ts';
import { parseS3Address } from './s3-address.ts';
import { openS3Tree } from './s3-tree.ts';
import type { SourceEntry } from './source-tree.ts';
import { throughProxy } from './through-proxy.fixture.ts';

const server = await startTestObjectStore();
Object.assign(process.env, server?.environment);
afterAll(() => server?.stop());

const endpoint = server?.endpoint ?? '';
const settings = `?endpoint=${endpoint}&pathStyle=true`;
const peer = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
const never = new AbortController().signal;
const newBucket = async (): Promise<string> => (await server?.createBucket()) ?? '';
const putInto = async (bucket: string, key: string, bytes: Uint8Array): Promise<void> => {
  await peer.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
};

describe.skipIf(server === undefined)('on S3', () => {
  describeSourceTree('a bucket', async () => {
    const bucket = await newBucket();
    const directory = await mkdtemp(join(tmpdir(), 's3-tree-'));
    // Small pages, so that some names lie on later ones.
    const address = parseS3Address(`s3://${bucket}/a%20prefix${settings}`);
    const tree = await openS3Tree({ address, bucket: createS3Buckets(undefined)(address), isBlob: () => false, pageSize: 3 });
    return {
      tree,
      put: (sourcePath, bytes) => putInto(bucket, `a prefix/${sourcePath}`, bytes),
      remove: async (sourcePath) => {
        await peer.send(new DeleteObjectCommand({ Bucket: bucket, Key: `a prefix/${sourcePath}` }));
      },
      putUnreadable: undefined,
      blobsUrls: [pathToFileURL(join(directory, 'blobs')).href, `s3://${await newBucket()}/blobs${settings}`],
      openNothing: () => createSourceTrees('file:///blobs')(`s3://no-such-bucket/x${settings}`),
      close: () => rm(directory, { recursive: true }),
    };
  });

  it('takes the server of the blob store where the URL names none, and leaves the blobs of the store out', async () => {
    const bucket = await newBucket();
    const blob = `blobs/ab/${'0123456789'.repeat(6)}ab`;
    for (const key of ['x/1', 'x.dcm', blob, 'blobs/tmp/1', 'blobs/mine']) await putInto(bucket, key, new Uint8Array(3));
    const openTree = createSourceTrees(`s3://${bucket}/blobs${settings}`);
    const namesOf = async (root: string): Promise<string[]> =>
      (await collect((await openTree(root)).walk(() => undefined, never))).map(({ path }) => path).sort();
    expect(await namesOf(`s3://${bucket}`)).toEqual([`s3://${bucket}/blobs/mine`, `s3://${bucket}/x.dcm`, `s3://${bucket}/x/1`]);
    // A prefix is a folder.
    expect(await namesOf(`s3://${bucket}/x`)).toEqual([`s3://${bucket}/x/1`]);
    expect((await openTree(`s3://${bucket}/x`)).root).toBe((await openTree(`s3://${bucket}/x/`)).root);
  });

  it('reads the first bytes by range, the rest by one more request, and nothing of what the listing tells', async () => {
    const bucket = await newBucket();
    await putInto(bucket, 'large', new Uint8Array(300_000));
    const asked: string[] = [];
    await throughProxy(
      endpoint,
      ({ method, url }) => {
        if (url?.includes('/large') === true) asked.push(method ?? '');
        return undefined;
      },
      async (address) => {
        const tree = await createSourceTrees('file:///blobs')(`s3://${bucket}?endpoint=${address}&pathStyle=true`);
        const [entry] = await collect(tree.walk(() => undefined, never));
        const file = await tree.open(entry ?? expect.unreachable('nothing found'), never);
        expect(asked).toEqual([]);
        expect(await file.readHead(65_536)).toHaveLength(65_536);
        expect(asked).toEqual(['GET']);
        let read = 0;
        for await (const chunk of file.chunks()) read += chunk.length;
        expect(read).toBe(300_000);
        expect(asked).toEqual(['GET', 'GET']);
      },
    );
  });

  it('takes an object that the server can not give for bad as long as the bucket answers, and the tree for away where it does not', async () => {
    const bucket = await newBucket();
    for (const key of ['bad', 'good']) await putInto(bucket, key, new Uint8Array(10));
    let isAway = false;
    await throughProxy(
      endpoint,
      ({ url }) => (isAway || url?.includes('/bad') === true ? [500, 'InternalError'] : undefined),
      async (address) => {
        const tree = await createSourceTrees('file:///blobs')(`s3://${bucket}?endpoint=${address}&pathStyle=true`);
        const [bad, good] = await collect(tree.walk(() => undefined, never));
        const headOf = async (entry: SourceEntry | undefined): Promise<Uint8Array> =>
          (await tree.open(entry ?? expect.unreachable('nothing found'), never)).readHead(10);
        await expect(headOf(bad)).rejects.toMatchObject({ name: 'Error', message: expect.stringMatching(/can't give bad/) as unknown });
        expect(await headOf(good)).toHaveLength(10);
        isAway = true;
        await expect(headOf(good)).rejects.toMatchObject({ kind: 'unavailable' });
        await expect(collect(tree.walk(() => undefined, never))).rejects.toMatchObject({ kind: 'unavailable' });
      },
    );
  });
});
