import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import dns from 'node:dns';
import { once } from 'node:events';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { BlobRef } from '@mammoline/contracts';
import { sha256Of } from '@mammoline/kernel';
import { describeBlobStore, startTestObjectStore } from '@mammoline/testing';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openBlobStore } from './open-blob-store.ts';
import { referenceFile } from './reference-file.ts';
import { openS3BlobStore } from './s3-blob-store.ts';
import { parseS3Location } from './s3-location.ts';
import { throughProxy } from './through-proxy.fixture.ts';

const server = await startTestObjectStore();
Object.assign(process.env, server?.environment);
afterAll(() => server?.stop());

const endpoint = server?.endpoint ?? '';
const peer = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
const urlOf = (bucket: string, prefix = 'a/prefix', address = endpoint): string =>
  `s3://${bucket}/${prefix}?endpoint=${address}&pathStyle=true`;
const keyOf = (sha256: string, prefix = 'a/prefix/'): string => `${prefix}${sha256.slice(0, 2)}/${sha256.slice(2)}`;
const newBucket = async (): Promise<string> => (await server?.createBucket()) ?? '';

async function keysOf(bucket: string): Promise<string[]> {
  const { Contents = [] } = await peer.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = '' }) => Key).sort();
}

async function uploadsOf(bucket: string): Promise<number> {
  return (await peer.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads?.length ?? 0;
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield await Promise.resolve(bytes.subarray(start, start + size));
}

describe.skipIf(server === undefined)('on S3', () => {
  describeBlobStore('a bucket', async () => {
    const bucket = await newBucket();
    return {
      store: await openBlobStore(urlOf(bucket)),
      reopen: () => openBlobStore(urlOf(bucket)),
      damage: async ({ sha256 }, bytes) => {
        await peer.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(sha256), Body: bytes }));
      },
      remove: async ({ sha256 }) => {
        await peer.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(sha256) }));
      },
      count: async () => (await keysOf(bucket)).length,
      close: () => Promise.resolve(),
    };
  });

  describe('openBlobStore', () => {
    it('stores a long stream in parts under its hash, once, and nothing else stays', async () => {
      const bucket = await newBucket();
      const store = await openBlobStore(urlOf(bucket, ''));
      const bytes = randomBytes((20 << 20) + 5);
      const ref = await store.putStream(chunksOf(bytes, 700_001));
      expect(ref).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length, uri: `cas:${ref.sha256}` });
      expect(Buffer.from(await store.get(ref)).equals(bytes)).toBe(true);
      expect(await store.putStream(chunksOf(bytes, 1 << 20))).toEqual(ref);
      expect(await store.put(bytes)).toEqual(ref);
      expect(await keysOf(bucket)).toEqual([keyOf(ref.sha256, '')]);
      expect(await uploadsOf(bucket)).toBe(0);
    });

    it('writes a content address once, of many writers at a time and again later', async () => {
      const bucket = await newBucket();
      // A version for each write tells their number.
      await peer.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
      const stores = await Promise.all(Array.from({ length: 6 }, () => openBlobStore(urlOf(bucket))));
      for (const bytes of [randomBytes(1 << 20), randomBytes(9 << 20)]) {
        const store = (): Promise<BlobRef[]> => Promise.all(stores.map((it) => it.putStream(chunksOf(bytes, 1 << 20))));
        const [ref] = await store();
        await store();
        const { Versions = [] } = await peer.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: keyOf(ref?.sha256 ?? '') }));
        expect(Versions).toHaveLength(1);
      }
    });

    it('mends a damaged long blob', async () => {
      const bucket = await newBucket();
      const store = await openBlobStore(urlOf(bucket));
      const bytes = randomBytes(9 << 20);
      const ref = await store.putStream(chunksOf(bytes, 1 << 20));
      await peer.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(ref.sha256), Body: new Uint8Array(bytes.length) }));
      await store.putStream(chunksOf(bytes, 1 << 20));
      expect(Buffer.from(await store.get(ref)).equals(bytes)).toBe(true);
    });

    it('leaves no blob when the writer is killed in the middle of a stream, and cleans up after it', async () => {
      const bucket = await newBucket();
      await openBlobStore(urlOf(bucket));
      const writer = spawn(process.execPath, [join(import.meta.dirname, 'write-endlessly.fixture.ts'), urlOf(bucket), '200'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(writer.stdout, 'data');
      await vi.waitFor(async () => expect(await uploadsOf(bucket)).toBe(1), { timeout: 60_000, interval: 100 });
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      expect(await keysOf(bucket)).toEqual([]);
      await openBlobStore(urlOf(bucket));
      expect(await uploadsOf(bucket)).toBe(1); // It could be a live writer's.
      const store = await openS3BlobStore(parseS3Location(urlOf(bucket)), { cleanBeforeMs: Date.now() + 60_000 });
      expect(await uploadsOf(bucket)).toBe(0);
      await store.ping();
    });

    it('speaks to virtual hosts', async () => {
      // No resolver needs to know names under localhost.
      const lookup = vi.spyOn(dns, 'lookup');
      const asked: string[] = [];
      lookup.mockImplementation(((name: string, _options: unknown, done: (error: null, found: dns.LookupAddress[]) => void) => {
        asked.push(name);
        done(null, [{ address: '127.0.0.1', family: 4 }]);
      }) as typeof dns.lookup);
      try {
        const bucket = await newBucket();
        const store = await openBlobStore(`s3://${bucket}?endpoint=${endpoint.replace('127.0.0.1', 'localhost')}&region=us-east-1`);
        const ref = await store.put(new TextEncoder().encode('by host'));
        expect(await keysOf(bucket)).toEqual([keyOf(ref.sha256, '')]);
        expect(new Set(asked)).toEqual(new Set([`${bucket}.localhost`]));
      } finally {
        lookup.mockRestore();
      }
    });

    it('reads a file that is kept where it is, and says when it has vanished', async () => {
      const store = await openBlobStore(urlOf(await newBucket()));
      const directory = await mkdtemp(join(tmpdir(), 'kept-'));
      const path = join(directory, 'kept.dcm');
      await writeFile(path, 'original');
      const ref = referenceFile(path, sha256Of('original'), 8);
      expect(Buffer.from(await store.get(ref)).toString()).toBe('original');
      expect(Buffer.from(await store.head(ref, 4)).toString()).toBe('orig');
      expect(store.localPath(ref)).toBe(path);
      await store.remove(ref);
      await unlink(path);
      await expect(store.get(ref)).rejects.toMatchObject({ kind: 'invalid', message: expect.stringMatching(/gone/) as unknown });
      await rm(directory, { recursive: true });
    });

    it('is unavailable without the bucket, or with credentials that the server does not know, and says so', async () => {
      await expect(openBlobStore(urlOf('no-such-bucket'))).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringMatching(/no such bucket.*create it/) as unknown,
      });
      const url = urlOf(await newBucket());
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong');
      await expect(openBlobStore(url)).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringMatching(/refuses these credentials/) as unknown,
      });
      vi.unstubAllEnvs();
    });

    it('does without conditions where the server knows none', async () => {
      const bucket = await newBucket();
      await throughProxy(
        endpoint,
        (request) => (request.headers['if-none-match'] === undefined ? undefined : [501, 'NotImplemented']),
        async (address) => {
          const store = await openBlobStore(urlOf(bucket, 'a/prefix', address));
          for (const bytes of [randomBytes(10), randomBytes(9 << 20)]) {
            const ref = await store.putStream(chunksOf(bytes, 1 << 20));
            expect(Buffer.from(await store.get(ref)).equals(bytes)).toBe(true);
          }
          expect(await keysOf(bucket)).toHaveLength(2);
        },
      );
    });

    it('tries again what the server was too busy for, and is unavailable where it stays so', async () => {
      const url = urlOf(await newBucket());
      let busy = 0;
      await throughProxy(
        endpoint,
        () => (busy-- > 0 ? [503, 'SlowDown'] : undefined),
        async (address) => {
          const store = await openBlobStore(url.replace(endpoint, address));
          busy = 2;
          const ref = await store.put(new TextEncoder().encode('patience'));
          expect(Buffer.from(await store.get(ref)).toString()).toBe('patience');
          busy = 100;
          await expect(store.get(ref)).rejects.toMatchObject({
            kind: 'unavailable',
            message: expect.stringMatching(/overloaded/) as unknown,
          });
        },
      );
    });

    it('is unavailable where the server breaks off in the middle of a blob', async () => {
      const bucket = await newBucket();
      const ref = await (await openBlobStore(urlOf(bucket))).put(randomBytes(1 << 20));
      await throughProxy(
        endpoint,
        (request) => (request.method === 'GET' && request.url?.includes(ref.sha256.slice(2)) === true ? 'cut' : undefined),
        async (address) => {
          const store = await openBlobStore(urlOf(bucket, 'a/prefix', address));
          await expect(store.get(ref)).rejects.toMatchObject({
            kind: 'unavailable',
            message: expect.stringMatching(/broke off/) as unknown,
          });
        },
      );
    });

    it('is unavailable within a bounded time while the server hangs or is gone, and well again after', async () => {
      const location = parseS3Location(urlOf(await newBucket()));
      const store = await openS3BlobStore(location, { timing: { connectTimeoutMs: 500, idleTimeoutMs: 700, attempts: 2 } });
      const ref = await store.put(new TextEncoder().encode('kept'));
      server?.signal('SIGSTOP');
      try {
        const start = Date.now();
        const unavailable = { kind: 'unavailable', message: expect.stringMatching(/does not answer/) as unknown };
        await Promise.all([
          expect(store.get(ref)).rejects.toMatchObject(unavailable),
          expect(store.put(new Uint8Array(9))).rejects.toMatchObject(unavailable),
          expect(store.putStream(chunksOf(new Uint8Array(9 << 20), 1 << 20))).rejects.toMatchObject(unavailable),
          expect(store.ping()).rejects.toMatchObject(unavailable),
        ]);
        expect(Date.now() - start).toBeLessThan(20_000);
      } finally {
        server?.signal('SIGCONT');
      }
      await vi.waitFor(() => store.ping(), { timeout: 20_000 });
      expect(Buffer.from(await store.get(ref)).toString()).toBe('kept');

      const nobody = 's3://bucket?endpoint=http://127.0.0.1:1&pathStyle=true';
      await expect(openBlobStore(nobody)).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringMatching(/nothing listens there/) as unknown,
      });
    });
  });
});
