import type { Catalogue } from '@mammoline/catalogue';
import { deriveUuid, parsePatientCode, sha256Of, type ViewRef } from '@mammoline/kernel';
import { lateralityOf, positionOf, type CatalogueKeys } from './catalogue-keys.ts';
import type { ListCall } from './list-calls.ts';

/** What stages ask of the catalogue for every event, and what they write; without gRPC. */
export function stageCalls(catalogue: Catalogue, keys: CatalogueKeys): readonly ListCall[] {
  const viewAt = (index: number): ViewRef => {
    const view = Math.floor((keys.views * ((index * 0.618) % 1)) / 4) * 4;
    const patient = parsePatientCode(keys.patientCode(view));
    if (patient === undefined) throw new Error(`${keys.patientCode(view)} is no patient code`);
    return { patient, laterality: lateralityOf(view), position: positionOf(view) };
  };
  const some = (found: unknown): number => (found === undefined ? 0 : 1);
  return [
    { name: 'masksOf', call: async (index) => (await catalogue.masksOf(viewAt(index), 'MASS'))?.masks.length ?? 0 },
    { name: 'preparationInputs', call: async (index) => some(await catalogue.preparationInputs(viewAt(index), 'MASS')) },
    { name: 'preparedViewOf', call: async (index) => some(await catalogue.preparedViewOf(viewAt(index), 'MASS')) },
    { name: 'view', call: async (index) => some(await catalogue.view(viewAt(index))) },
    { name: 'tablesTaken', call: async () => (await catalogue.tablesTaken()).length },
    {
      name: 'imagesOfSeries',
      call: async (index) => {
        const view = await catalogue.view(viewAt(index));
        return (await catalogue.imagesOfSeries(view?.images[0]?.header.seriesInstanceUid ?? '')).length;
      },
    },
    { name: 'predictionOf', call: async (index) => some(await catalogue.predictionOf(viewAt(index), 'MASS', keys.modelId(0))) },
    { name: 'modelOfAlias', call: async () => some(await catalogue.modelOfAlias('champion')) },
    { name: 'eventsTaken', call: async (index) => (await catalogue.eventsTaken('restructurer', [deriveUuid('none', index)])).size },
    { name: 'outboxDepth', call: () => catalogue.outboxDepth() },
    { name: 'openDeadLetters', call: async () => (await catalogue.openDeadLetters()).length },
    {
      name: 'write: expectViewRevision, saveRepair, inbox, outbox',
      call: async (index) => {
        const ref = viewAt(index);
        const revision = (await catalogue.view(ref))?.revision ?? 0;
        const eventId = deriveUuid('bench write', index, performance.now());
        await catalogue.transaction(async (tx) => {
          await tx.recordInbox('bench', [{ eventId, outcome: 'done', reason: undefined, wallMs: 1 }]);
          await tx.expectViewRevision(ref, revision);
          await tx.saveRepair({ kind: 'bench', subject: String(index), was: 'a', now: 'b' });
        });
        return 1;
      },
    },
    {
      name: 'write: saveImage',
      call: async (index) => {
        const content = `bench ${String(index)} ${String(performance.now())}`;
        const ref = viewAt(index);
        await catalogue.transaction((tx) =>
          tx.saveImage({
            blob: { sha256: sha256Of(content), sizeBytes: 1, uri: 'cas:' },
            sourcePath: content,
            header: {
              sopInstanceUid: content,
              seriesInstanceUid: content,
              rows: 4504,
              columns: 2888,
              bitsAllocated: 16,
              bitsStored: 16,
              photometric: 'MONOCHROME2',
              pixelSpacingMm: undefined,
            },
            case: { ...ref, kind: 'MASS', split: 'TRAINING' },
            kind: 'MASK',
            abnormalityNumber: 9,
            evidence: 'bench',
          }),
        );
        return 1;
      },
    },
  ];
}

/** What `mammoline status` and the wait for a quiet pipeline ask. */
export function statusCalls(catalogue: Catalogue): readonly ListCall[] {
  return [
    { name: 'counts', call: async () => (await catalogue.counts()).views },
    { name: 'importTotals', call: async () => (await catalogue.importTotals()).found },
    { name: 'stageStatistics', call: async () => (await catalogue.stageStatistics()).length },
    { name: 'deadLetters, a page', call: async () => (await catalogue.deadLetters({ pageSize: 500, pageToken: undefined })).rows.length },
    {
      name: 'rowsWithoutFiles, a page',
      call: async () => (await catalogue.rowsWithoutFiles({ pageSize: 500, pageToken: undefined })).rows.length,
    },
    {
      name: 'filesWithoutRows, a page',
      call: async () => (await catalogue.filesWithoutRows('MASS', 'TEST', { pageSize: 250, pageToken: undefined })).rows.length,
    },
  ];
}
