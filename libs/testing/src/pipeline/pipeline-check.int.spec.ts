import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBlobStore, type BlobStore } from '@mammoline/blobs';
import { openCatalogue, type Catalogue } from '@mammoline/catalogue';
import { dicomReceived, imageCatalogued, maskMerged, outgoing, type BlobRef, type OutgoingEvent } from '@mammoline/contracts';
import { deriveUuid, newUuid, parseCaseName, sha256Of } from '@mammoline/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../postgres.ts';
import { differencesOf } from './differences-of.ts';
import { findDamagedBlobs } from './find-damaged-blobs.ts';
import { findInconsistencies, readSubscriptions, type Subscription } from './find-inconsistencies.ts';
import type { Finding } from './finding.ts';
import { readPipelineContent } from './read-pipeline-content.ts';
import { withClient } from './with-client.ts';

/** One file through restructurer and mask-merger, as the runtime leaves it; then one thing is broken at a time. */
let database: TestDatabase;
let catalogue: Catalogue;
let directory: string;
let blobs: BlobStore;
let mask: BlobRef;
let subscriptions: readonly Subscription[];
const received = newUuid();
const catalogued = deriveUuid(received, 'restructurer', 0);
const merged = deriveUuid(catalogued, 'mask-merger', 0);

const sql = (text: string, values: readonly unknown[] = []) => withClient(database.url, (client) => client.query(text, [...values]));
const send = (id: string, producer: string, { topic, key, payload }: OutgoingEvent) =>
  sql(`INSERT INTO "Outbox" (id, topic, key, source, payload, "publishedAt") VALUES ($1, $2, $3, $4, $5, now())`, [
    id,
    topic,
    key,
    `/mammoline/${producer}`,
    Buffer.from(payload),
  ]);
const take = (stage: string, eventId: string) =>
  sql(`INSERT INTO "Inbox" (stage, "eventId", outcome, "wallMs") VALUES ($1, $2, 'done', 1)`, [stage, eventId]);
const check = (): Promise<readonly Finding[]> => findInconsistencies(database.url, { subscriptions });

beforeEach(async () => {
  database = await createTestDatabase();
  catalogue = await openCatalogue({ url: database.url });
  directory = await mkdtemp(join(tmpdir(), 'mammoline-check-'));
  blobs = await openBlobStore(pathToFileURL(directory).href);
  const caseRef = parseCaseName('Mass-Training_P_00001_LEFT_CC') ?? expect.unreachable();
  const view = { patient: caseRef.patient, laterality: caseRef.laterality, position: caseRef.position };
  const importId = newUuid();
  const file = await blobs.put(Buffer.from('a file'));
  mask = await blobs.put(Buffer.from('a mask'));
  const { image, mergedMask } = await catalogue.transaction(async (tx) => {
    await tx.saveImport({ id: importId, directory: '/tree' });
    await tx.saveDicomFiles([{ blob: file, sourcePath: 'a.dcm' }]);
    const stamp = { sizeBytes: 6, modifiedMs: 1, inode: undefined };
    const row = { path: '/tree/a.dcm', importId, sourcePath: 'a.dcm', ...stamp, sha256: file.sha256, reason: undefined, detail: undefined };
    await tx.saveSourceFiles([{ ...row, outcome: 'STORED' }]);
    await tx.finishImport(importId);
    const saved = await tx.saveImage({
      blob: file,
      sourcePath: 'a.dcm',
      header: {
        sopInstanceUid: '1.2.3',
        seriesInstanceUid: '1.2',
        rows: 1,
        columns: 1,
        bitsAllocated: 8,
        bitsStored: 8,
        photometric: 'MONOCHROME2',
        pixelSpacingMm: undefined,
      },
      case: caseRef,
      kind: 'FULL',
      abnormalityNumber: undefined,
      evidence: 'the spec says so',
    });
    const about = { abnormalityKind: 'MASS', inputsHash: sha256Of('inputs'), blob: mask, rows: 1, columns: 1 } as const;
    return { image: saved.image, mergedMask: await tx.saveMergedMask(view, { ...about, maskCount: 1, refusedCount: 0, areaPx: 1 }) };
  });
  await send(received, 'ingestor', outgoing(dicomReceived, { blob: file, sourcePath: 'a.dcm', importId }));
  await take('restructurer', received);
  await send(
    catalogued,
    'restructurer',
    outgoing(imageCatalogued, { view, abnormalityKind: 'MASS', imageKind: 'FULL', imageId: image.id }),
  );
  await take('mask-merger', catalogued);
  const announced = { view, abnormalityKind: 'MASS', mergedMaskId: mergedMask.id, revision: mergedMask.revision } as const;
  await send(merged, 'mask-merger', outgoing(maskMerged, announced));
  subscriptions = await readSubscriptions(database.url);
});
afterEach(async () => {
  await catalogue.close();
  await database.drop();
  await rm(directory, { recursive: true });
});

describe('the check of a pipeline', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(subscriptions).toEqual([
      { stage: 'mask-merger', topic: imageCatalogued.topic },
      { stage: 'restructurer', topic: dicomReceived.topic },
    ]);
    expect(await check()).toEqual([]);
    expect(await findDamagedBlobs(database.url, blobs)).toEqual([]);
    const content = await readPipelineContent(database.url);
    expect(differencesOf(content, content)).toEqual([]);
    expect(Object.keys(content['MergedMask'] ?? {})).toEqual(['P_00001_LEFT_CC_MASS']);
  });

  it.each([
    [
      'an event that no stage took, with its effect',
      `DELETE FROM "Inbox" WHERE stage = 'mask-merger'; DELETE FROM "MergedMask"; DELETE FROM "Outbox" WHERE id = '${merged}'`,
      'lost',
      /catalogued.* was not taken by mask-merger/,
    ],
    ['an event that was not sent', `UPDATE "Outbox" SET "publishedAt" = NULL WHERE id = '${merged}'`, 'unfinished', /was not sent/],
    ['an event that comes of nothing', `UPDATE "Outbox" SET id = '${newUuid()}' WHERE id = '${merged}'`, 'doubled', /comes of no event/],
    [
      'a revision that nobody was told of',
      `UPDATE "MergedMask" SET revision = 2`,
      'doubled',
      /is at revision 2, and events tell of the revisions 1/,
    ],
    ['an image that is gone', `DELETE FROM "Image"`, 'lost', /a\.dcm has no image/],
    ['a file that is gone', `DELETE FROM "DicomFile"`, 'lost', /its content is not there/],
    [
      'a file that was announced twice',
      `INSERT INTO "Outbox" (id, topic, key, source, payload, "publishedAt") SELECT '${newUuid()}', topic, key, source, payload, now() FROM "Outbox" WHERE id = '${received}'`,
      'doubled',
      /announced 2 times/,
    ],
    ['an import that did not end', `UPDATE "ImportRun" SET "finishedAt" = NULL`, 'unfinished', /did not end/],
    [
      'a dead letter',
      `INSERT INTO "DeadLetter" (id, stage, "eventId", topic, key, source, payload, "eventTime", "errorKind", error, attempts)
       SELECT '${newUuid()}', 'mask-merger', id, topic, key, source, payload, now(), 'bug', 'it threw', 1 FROM "Outbox" WHERE id = '${catalogued}'`,
      'dead',
      /is a dead letter of mask-merger: bug: it threw/,
    ],
  ] as const)('finds %s', async (_what, breakIt, kind, text) => {
    await sql(breakIt);
    expect(await check()).toContainEqual({ kind, text: expect.stringMatching(text) as string });
  });

  it('lets planted events pass', async () => {
    await sql(`UPDATE "Outbox" SET "publishedAt" = NULL WHERE id = '${merged}'`);
    await sql(`DELETE FROM "MergedMask"`);
    expect(await findInconsistencies(database.url, { subscriptions, isPlanted: ({ id }) => id === merged })).toEqual([]);
  });

  it('finds blobs that are gone or damaged', async () => {
    const path = blobs.localPath(mask) ?? expect.unreachable();
    await rm(path);
    expect(await findDamagedBlobs(database.url, blobs)).toMatchObject([
      { kind: 'lost', text: expect.stringContaining(mask.sha256) as string },
    ]);
    await writeFile(path, 'A mask');
    expect(await findDamagedBlobs(database.url, blobs)).toMatchObject([
      { kind: 'lost', text: expect.stringContaining('was changed') as string },
    ]);
  });

  it('names the rows and columns in which two runs differ', async () => {
    const undisturbed = await readPipelineContent(database.url);
    await sql(
      `UPDATE "MergedMask" SET "areaPx" = 2; DELETE FROM "SourceFile"; INSERT INTO "Repair" (id, kind, subject, was, now) VALUES ('${newUuid()}', 'k', 's', 'w', 'n')`,
    );
    expect(differencesOf(undisturbed, await readPipelineContent(database.url))).toEqual([
      { kind: 'changed', text: 'MergedMask P_00001_LEFT_CC_MASS: found areaPx 2, expected 1' },
      { kind: 'doubled', text: expect.stringContaining('Repair k s: expected no such row') as string },
      { kind: 'lost', text: 'SourceFile /tree/a.dcm: expected a row, found none' },
    ]);
  });
});
