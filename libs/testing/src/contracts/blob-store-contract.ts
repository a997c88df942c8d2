import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { BlobStore } from '@mammoline/blobs';
import type { BlobRef } from '@mammoline/contracts';
import { Failure, sha256Of } from '@mammoline/kernel';
import type { FailureKind } from '@mammoline/kernel';

/** An empty store, and what a test may do to it behind its back. */
export interface BlobStoreUnderTest {
  readonly store: BlobStore;
  /** Another client of the same store, as another process would have. */
  readonly reopen: () => Promise<BlobStore>;
  /** Overwrites the stored bytes of a blob. */
  readonly damage: (ref: BlobRef, bytes: Uint8Array) => Promise<void>;
  readonly remove: (ref: BlobRef) => Promise<void>;
  /** Number of blobs that a reader can see. */
  readonly count: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** What every {@link BlobStore} does. */
export function describeBlobStore(name: string, open: () => Promise<BlobStoreUnderTest>): void {
  describe(`${name} as a blob store`, () => {
    let at: BlobStoreUnderTest;
    beforeEach(async () => {
      at = await open();
    });
    afterEach(() => at.close());

    it('returns the bytes it was given, however they came in', async () => {
      const bytesAndCuts = fc.tuple(fc.uint8Array({ maxLength: 5000 }), fc.array(fc.nat(5000), { maxLength: 6 }));
      await fc.assert(
        fc.asyncProperty(bytesAndCuts, fc.nat(6000), async ([bytes, cuts], headLength) => {
          const whole = await at.store.put(bytes);
          const streamed = await at.store.putStream(chunksOf(bytes, cuts));
          expect(streamed).toEqual(whole);
          expect(whole).toMatchObject({ sha256: sha256Of(bytes), sizeBytes: bytes.length });
          expect(Buffer.from(await at.store.get(whole)).equals(bytes)).toBe(true);
          expect(Buffer.from(await at.store.head(whole, headLength)).equals(bytes.subarray(0, headLength))).toBe(true);
        }),
        { numRuns: 25 },
      );
    });

    it('keeps one blob of equal bytes, also when they are stored at the same time by several clients', async () => {
      const bytes = new TextEncoder().encode('the same');
      const other = await at.reopen();
      const refs = await Promise.all([at.store.put(bytes), other.put(bytes), at.store.putStream(chunksOf(bytes, [3])), other.put(bytes)]);
      expect(new Set(refs.map((ref) => ref.uri)).size).toBe(1);
      expect(await at.count()).toBe(1);
      expect(await other.get(refs[0])).toEqual(await at.store.get(refs[0]));
    });

    it('removes a blob, and removing it again is no error', async () => {
      const kept = await at.store.put(new TextEncoder().encode('kept'));
      const ref = await at.store.put(new TextEncoder().encode('removed'));
      await at.store.remove(ref);
      await at.store.remove(ref);
      await expect(at.store.get(ref)).rejects.toMatchObject({ kind: 'invalid' });
      expect(await at.count()).toBe(1);
      expect(await at.store.get(kept)).toHaveLength(4);
    });

    it('streams more than it holds in memory', async () => {
      const chunkCount = 96;
      const collectGarbage = garbageCollector();
      collectGarbage();
      const before = process.memoryUsage().arrayBuffers;
      let held = 0;
      const ref = await at.store.putStream(
        (async function* () {
          for (let index = 0; index < chunkCount; index++) yield await Promise.resolve(new Uint8Array(1 << 20).fill(index));
          collectGarbage();
          held = process.memoryUsage().arrayBuffers - before;
        })(),
      );
      expect(ref.sizeBytes).toBe(chunkCount << 20);
      expect(held).toBeLessThan(32 << 20);
    });

    it('stores nothing of a stream that fails, and passes its error on', async () => {
      const error = new Error('the sender went away');
      const failing = (async function* () {
        yield await Promise.resolve(new Uint8Array(100_000));
        throw error;
      })();
      await expect(at.store.putStream(failing)).rejects.toBe(error);
      expect(await at.count()).toBe(0);
    });

    it('stops on an abort while the source hangs', async () => {
      const abort = new AbortController();
      const hanging = (async function* () {
        yield await Promise.resolve(new Uint8Array(10));
        await new Promise(() => undefined);
      })();
      const stored = at.store.putStream(hanging, abort.signal);
      setTimeout(() => {
        abort.abort(new Error('stop'));
      }, 20);
      await expect(stored).rejects.toThrow('stop');
      expect(await at.count()).toBe(0);
      await expect(at.store.put(new Uint8Array(1), AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    });

    it('refuses changed bytes, says how to mend it, and storing them again mends it', async () => {
      const bytes = new TextEncoder().encode('the right bytes');
      const ref = await at.store.put(bytes);
      await at.damage(ref, new TextEncoder().encode('the wrong bytes'));
      await expectFailure(at.store.get(ref), 'invalid', /changed.*expected.*import/s);
      await at.store.put(bytes);
      expect(Buffer.from(await at.store.get(ref)).toString()).toBe('the right bytes');
      await at.damage(ref, new TextEncoder().encode('the wrong bytes'));
      await at.store.putStream(chunksOf(bytes, []));
      expect(Buffer.from(await at.store.get(ref)).toString()).toBe('the right bytes');
    });

    it('says that a blob is gone', async () => {
      const ref = await at.store.put(new Uint8Array(3));
      await at.remove(ref);
      await expectFailure(at.store.get(ref), 'invalid', /gone.*import/s);
      await expectFailure(at.store.head(ref, 1), 'invalid', /gone/);
    });

    it('refuses a reference into another kind of store', async () => {
      const sha256 = sha256Of('x');
      await expectFailure(at.store.get({ sha256, sizeBytes: 1, uri: `elsewhere:${sha256}` }), 'invalid', /elsewhere:/);
    });

    it('answers a ping and leaves nothing behind', async () => {
      await at.store.ping();
      expect(await at.count()).toBe(0);
    });

    it('gives a path with the bytes, where it has one', async () => {
      const ref = await at.store.put(new TextEncoder().encode('linked'));
      const path = at.store.localPath(ref);
      if (path === undefined) return;
      expect(sha256Of(await readFile(path))).toBe(ref.sha256);
    });
  });
}

/** Node's garbage collector as a function, without a flag for the whole test run. It runs twice: buffers are freed by a thread that the next run waits for. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this Node has no gc()');
  return () => {
    Reflect.apply(collect, undefined, []);
    Reflect.apply(collect, undefined, []);
  };
}

async function expectFailure(work: Promise<unknown>, kind: FailureKind, message: RegExp): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({ kind, message: expect.stringMatching(message) as unknown });
}

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const cut of [...cuts, bytes.length].map((at) => Math.min(at, bytes.length)).sort((a, b) => a - b)) {
    yield await Promise.resolve(bytes.subarray(start, cut));
    start = cut;
  }
}
