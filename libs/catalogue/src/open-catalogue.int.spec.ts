import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { newUuid } from '@mammoline/kernel';
import { createTestDatabase } from '@mammoline/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { Catalogue, CatalogueTx } from './index.ts';
import { openCatalogue } from './open-catalogue.ts';
import { blobOf, caseOf, mergedMaskOf, newImage, useCatalogue } from './spec-fixtures.ts';

async function administer(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Readonly<Record<string, unknown>>>(sql);
  await client.end();
  return rows;
}

/** Ends every other session of the database, as a restart or a fail-over does. */
const cutSessions = (url: string) =>
  administer(url, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');

/** Two transactions that lock two views in opposite orders. */
async function crossLocks(catalogue: Catalogue, names: readonly [string, string]): Promise<PromiseSettledResult<void>[]> {
  let bothHold: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    bothHold = resolve;
  });
  let holders = 0;
  const lockBoth = (first: string, second: string) =>
    catalogue.transaction(async (tx: CatalogueTx) => {
      await tx.expectViewRevision(caseOf(first).view, 1);
      holders += 1;
      if (holders === 2) bothHold?.();
      await held;
      await tx.expectViewRevision(caseOf(second).view, 1);
    });
  return await Promise.allSettled([lockBoth(names[0], names[1]), lockBoth(names[1], names[0])]);
}

describe('openCatalogue', () => {
  const catalogue = useCatalogue(createTestDatabase);

  it('is unavailable where nothing listens', async () => {
    await expect(openCatalogue({ url: 'postgresql://u:p@127.0.0.1:1/none' })).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('is unavailable in time where something listens and says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    await expect(openCatalogue({ url: urlAtPort(catalogue().url, portOf(silent)) })).rejects.toMatchObject({ kind: 'unavailable' });
    silent.close();
  });

  it('is unavailable while its sessions are cut, inside a transaction too, and goes on afterwards', async () => {
    const interrupted = catalogue().transaction(async (tx) => {
      await tx.saveImport({ id: newUuid(), directory: '/data' });
      await cutSessions(catalogue().url);
      await tx.saveImport({ id: newUuid(), directory: '/data' });
    });
    await expect(interrupted).rejects.toMatchObject({ kind: 'unavailable' });
    await catalogue().ping(5000);
    await expect(catalogue().counts()).resolves.toMatchObject({ patients: 0 });
  });

  it('is a conflict for the loser of a deadlock, and the winner commits', async () => {
    const names = ['Mass-Training_P_00001_LEFT_CC', 'Mass-Training_P_00002_LEFT_CC'] as const;
    for (const name of names) await catalogue().transaction((tx) => tx.saveImage(newImage(name, 'FULL')));
    const results = await crossLocks(catalogue(), names);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({ kind: 'conflict' });
  });

  it('is a bug where a row names what is not there', async () => {
    const { view } = caseOf('Mass-Training_P_77777_LEFT_CC');
    const write = catalogue().transaction((tx) => tx.saveMergedMask(view, mergedMaskOf('Mass-Training_P_77777_LEFT_CC', 1)));
    await expect(write).rejects.toMatchObject({ kind: 'bug' });
    await expect(catalogue().transaction((tx) => tx.savePreparedCrop(newUuid(), blobOf('r').sha256, blobOf('c')))).rejects.toMatchObject({
      kind: 'bug',
    });
  });

  it('throws what the work threw, and writes nothing of it', async () => {
    const reason = new TypeError('mine');
    const failed = catalogue().transaction(async (tx) => {
      await tx.saveDicomFiles([{ blob: blobOf('never'), sourcePath: 'never.dcm' }]);
      throw reason;
    });
    await expect(failed).rejects.toBe(reason);
    expect(await catalogue().dicomFile(blobOf('never').sha256)).toBeUndefined();
  });

  it('gives a new content to one of two imports at once, and follows it when it moves', async () => {
    const blob = blobOf('shared');
    const saves = await Promise.all(
      ['a.dcm', 'b.dcm', 'c.dcm'].map((sourcePath) =>
        catalogue().transaction((tx) =>
          tx.saveDicomFiles([
            { blob, sourcePath },
            { blob, sourcePath: 'again.dcm' },
          ]),
        ),
      ),
    );
    expect(saves.flatMap((fresh) => [...fresh])).toEqual([blob.sha256]);
    const image = { ...newImage('Mass-Training_P_00003_LEFT_CC', 'FULL'), blob };
    await catalogue().transaction((tx) => tx.saveImage(image));
    const moved = { ...blob, uri: 'file:///elsewhere' };
    await catalogue().transaction((tx) => tx.relocateDicomFile(moved));
    expect(await catalogue().dicomFile(blob.sha256)).toEqual(moved);
    expect((await catalogue().imageBySha256(blob.sha256))?.blob).toEqual(moved);
  });

  it('reads a file back as it was saved, and replaces it', async () => {
    const importId = newUuid();
    const file = { path: '/d/a', importId, sourcePath: 'a', sizeBytes: 3_000_000_000, modifiedMs: 1_700_000_000_123, inode: -1n } as const;
    const rejected = { ...file, sha256: undefined, outcome: 'REJECTED', reason: 'empty', detail: undefined } as const;
    const stored = { ...file, sha256: blobOf('a').sha256, outcome: 'STORED', reason: undefined, detail: undefined } as const;
    await catalogue().transaction(async (tx) => {
      await tx.saveImport({ id: importId, directory: '/d' });
      await tx.saveImport({ id: importId, directory: '/d' });
      await tx.saveSourceFiles([rejected]);
      await tx.saveSourceFiles([stored, { ...rejected, path: '/d/c', detail: 'half \ud800, NUL \0' }]);
      await tx.finishImport(importId);
    });
    expect(await catalogue().sourceFile('/d/a')).toEqual(stored);
    expect(await catalogue().sourceFiles(['/d/a', '/d/b'])).toEqual([stored]);
    expect((await catalogue().sourceFile('/d/c'))?.detail).toBe('half \ufffd, NUL \ufffd');
  });

  it('keeps times true on a server in another zone', async () => {
    await administer(
      catalogue().url,
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Kolkata''', current_database()); END $$`,
    );
    const elsewhere = await openCatalogue({ url: catalogue().url });
    const eventTime = new Date('2026-01-02T03:04:05.678Z');
    const event = {
      eventId: newUuid(),
      topic: 't',
      key: 'k',
      source: 's',
      traceparent: undefined,
      payload: new Uint8Array([1]),
      eventTime,
    };
    await elsewhere.transaction((tx) => tx.saveDeadLetter({ stage: 'a', ...event, errorKind: 'bug', error: 'e', attempts: 1 }));
    const { rows } = await elsewhere.deadLetters({ pageSize: 1, pageToken: undefined });
    expect(rows[0]?.eventTime).toEqual(eventTime);
    // What others read counts too: a shift on the way in and the same one on the way out would hide each other.
    expect(await administer(catalogue().url, 'SELECT "eventTime" FROM "DeadLetter"')).toEqual([{ eventTime }]);
    await elsewhere.close();
  });

  it('keeps one repair a kind and subject, with the latest words', async () => {
    const repair = { kind: 'name-clash', subject: 's', was: '1', now: '2' };
    await Promise.all([1, 2, 3].map(() => catalogue().transaction((tx) => tx.saveRepair(repair))));
    await catalogue().transaction((tx) => tx.saveRepair({ ...repair, now: '3' }));
    const { rows } = await catalogue().listRepairs(undefined, { pageSize: 10, pageToken: undefined });
    expect(rows).toMatchObject([{ ...repair, now: '3' }]);
  });

  it('keeps the last of the repairs that are saved at once in one transaction', async () => {
    const repair = { kind: 'name-clash', subject: 'at once', was: '1' };
    await catalogue().transaction((tx) => Promise.all(['a', 'b', 'c'].map((now) => tx.saveRepair({ ...repair, now }))));
    const { rows } = await catalogue().listRepairs('name-clash', { pageSize: 10, pageToken: undefined });
    expect(rows).toContainEqual(expect.objectContaining({ ...repair, now: 'c' }));
  });

  it('takes nothing for a transaction that is over, on whatever its connection does by then', async () => {
    const eventId = newUuid();
    const left: CatalogueTx[] = [];
    await catalogue().transaction((tx) => {
      left.push(tx);
      return Promise.resolve();
    });
    const late = left[0]?.recordInbox('late', [{ eventId, outcome: 'done', reason: undefined, wallMs: 1 }]);
    await expect(late).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await catalogue().eventsTaken('late', [eventId])).toEqual(new Set());
  });

  it('says in time that Postgres hangs, and goes on when it answers again', async () => {
    const target = new URL(catalogue().url);
    const sockets: Socket[] = [];
    const proxy = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      sockets.push(near, far);
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) socket.on('error', () => socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const behind = await openCatalogue({ url: urlAtPort(catalogue().url, portOf(proxy)) });
    for (const socket of sockets) socket.pause();
    await expect(behind.ping(200)).rejects.toMatchObject({ kind: 'unavailable' });
    for (const socket of sockets) socket.resume();
    await expect(behind.ping(5000)).resolves.toBeUndefined();
    await behind.close();
    proxy.close();
  });
});

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function urlAtPort(text: string, port: number): string {
  const url = new URL(text);
  url.port = String(port);
  return url.href;
}
