import { inBatches } from '@mammoline/kernel';
import type { Run } from './bind-reader.ts';
import type { CatalogueTx } from './catalogue.ts';
import type { Database } from './database/connect.ts';
import type { Sql } from './database/transaction-statements.ts';
import { claimPatientNaming } from './deidentification/claim-patient-naming.ts';
import { saveDeidentifications } from './deidentification/save-deidentifications.ts';
import { saveEvaluation } from './evaluations/save-evaluation.ts';
import { saveImage } from './images/save-image.ts';
import { finishImport } from './imports/finish-import.ts';
import { relocateDicomFile } from './imports/relocate-dicom-file.ts';
import { saveDicomFiles } from './imports/save-dicom-files.ts';
import { saveImport } from './imports/save-import.ts';
import { saveSourceFiles } from './imports/save-source-files.ts';
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
import { saveRepairs } from './repairs/save-repairs.ts';
import { markTablesTaken } from './tables/mark-tables-taken.ts';
import { saveImportedTable } from './tables/save-imported-table.ts';
import { saveTableRows } from './tables/save-table-rows.ts';
import { insertTrainingRun } from './training/insert-training-run.ts';
import { cancelTrainingRun } from './training/cancel-training-run.ts';
import { saveEpoch } from './training/save-epoch.ts';
import { saveSplit } from './training/save-split.ts';
import { updateTrainingRun } from './training/update-training-run.ts';
import { expectViewRevision } from './views/expect-view-revision.ts';

/** Runs an operation on the transaction's connection and throws its errors as Failures. */
export type RunSql = <T>(operation: (sql: Sql) => Promise<T>) => Promise<T>;

const maxRepairsTogether = 1000;

/**
 * The writing half of the catalogue, inside one transaction.
 * @param run for an operation over Prisma
 * @param runSql for one of plain statements
 */
export function bindTransaction(run: Run, runSql: RunSql): CatalogueTx {
  const write =
    <Args extends readonly unknown[], T>(operation: (db: Database, ...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      run((db) => operation(db, ...args));
  const writeSql =
    <Args extends readonly unknown[], T>(operation: (sql: Sql, ...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      runSql((sql) => operation(sql, ...args));
  const writeRepairs = writeSql(saveRepairs);
  return {
    expectViewRevision: write(expectViewRevision),
    claimPatientNaming: write(claimPatientNaming),
    saveDeidentifications: write(saveDeidentifications),
    saveImport: write(saveImport),
    finishImport: write(finishImport),
    saveSourceFiles: write(saveSourceFiles),
    saveDicomFiles: write(saveDicomFiles),
    saveTableRows: writeSql(saveTableRows),
    markTablesTaken: write(markTablesTaken),
    saveImportedTable: write(saveImportedTable),
    saveImage: write(saveImage),
    // Writes that run beside each other share a statement.
    saveRepair: inBatches({
      maxSize: maxRepairsTogether,
      maxRunning: 1,
      work: async (repairs) => {
        await writeRepairs(repairs);
        return () => undefined;
      },
    }),
    saveMergedMask: write(saveMergedMask),
    savePreparedView: write(savePreparedView),
    savePreparedCrop: write(savePreparedCrop),
    saveSplit: write(saveSplit),
    insertTrainingRun: write(insertTrainingRun),
    updateTrainingRun: write(updateTrainingRun),
    cancelTrainingRun: write(cancelTrainingRun),
    saveEpoch: write(saveEpoch),
    insertModelVersion: write(insertModelVersion),
    promoteModel: write(promoteModel),
    rollbackModel: write(rollbackModel),
    saveModelCard: write(saveModelCard),
    savePrediction: write(savePrediction),
    saveEvaluation: write(saveEvaluation),
    recordInbox: writeSql(recordInbox),
    appendOutbox: writeSql(appendOutbox),
    republish: writeSql(republish),
    saveDeadLetter: write(saveDeadLetter),
    markReplayed: write(markReplayed),
    relocateDicomFile: write(relocateDicomFile),
  };
}
