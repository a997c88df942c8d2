import type { Run } from './bind-reader.ts';
import type { CatalogueTx } from './catalogue.ts';
import type { Database } from './database/connect.ts';
import { saveImage } from './images/save-image.ts';
import { finishImport } from './imports/finish-import.ts';
import { relocateDicomFile } from './imports/relocate-dicom-file.ts';
import { saveDicomFile } from './imports/save-dicom-file.ts';
import { saveImport } from './imports/save-import.ts';
import { saveSourceFile } from './imports/save-source-file.ts';
import { saveMergedMask } from './masks/save-merged-mask.ts';
import { appendOutbox } from './messaging/append-outbox.ts';
import { markReplayed } from './messaging/mark-replayed.ts';
import { recordInbox } from './messaging/record-inbox.ts';
import { republish } from './messaging/republish.ts';
import { saveDeadLetter } from './messaging/save-dead-letter.ts';
import { insertModelVersion } from './models/insert-model-version.ts';
import { promoteModel } from './models/promote-model.ts';
import { rollbackModel } from './models/rollback-model.ts';
import { saveModelCard } from './models/save-model-card.ts';
import { savePrediction } from './predictions/save-prediction.ts';
import { savePreparedCrop } from './prepared/save-prepared-crop.ts';
import { savePreparedView } from './prepared/save-prepared-view.ts';
import { saveRepair } from './repairs/save-repair.ts';
import { markTablesTaken } from './tables/mark-tables-taken.ts';
import { saveImportedTable } from './tables/save-imported-table.ts';
import { saveTableRows } from './tables/save-table-rows.ts';
import { insertTrainingRun } from './training/insert-training-run.ts';
import { saveEpoch } from './training/save-epoch.ts';
import { saveSplit } from './training/save-split.ts';
import { updateTrainingRun } from './training/update-training-run.ts';
import { expectViewRevision } from './views/expect-view-revision.ts';

/** The writing half of the catalogue, inside one transaction. */
export function bindTransaction(run: Run): CatalogueTx {
  const write =
    <Args extends readonly unknown[], T>(operation: (db: Database, ...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      run((db) => operation(db, ...args));
  return {
    expectViewRevision: write(expectViewRevision),
    saveImport: write(saveImport),
    finishImport: write(finishImport),
    saveSourceFile: write(saveSourceFile),
    saveDicomFile: write(saveDicomFile),
    saveTableRows: write(saveTableRows),
    markTablesTaken: write(markTablesTaken),
    saveImportedTable: write(saveImportedTable),
    saveImage: write(saveImage),
    saveRepair: write(saveRepair),
    saveMergedMask: write(saveMergedMask),
    savePreparedView: write(savePreparedView),
    savePreparedCrop: write(savePreparedCrop),
    saveSplit: write(saveSplit),
    insertTrainingRun: write(insertTrainingRun),
    updateTrainingRun: write(updateTrainingRun),
    saveEpoch: write(saveEpoch),
    insertModelVersion: write(insertModelVersion),
    promoteModel: write(promoteModel),
    rollbackModel: write(rollbackModel),
    saveModelCard: write(saveModelCard),
    savePrediction: write(savePrediction),
    recordInbox: write(recordInbox),
    appendOutbox: write(appendOutbox),
    republish: write(republish),
    saveDeadLetter: write(saveDeadLetter),
    markReplayed: write(markReplayed),
    relocateDicomFile: write(relocateDicomFile),
  };
}
