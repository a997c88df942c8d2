import type { CatalogueReader } from './catalogue.ts';
import { auditHead } from './audit/audit-head.ts';
import { listAudit } from './audit/list-audit.ts';
import type { Database } from './database/connect.ts';
import { listDeidentifications } from './deidentification/list-deidentifications.ts';
import { evaluation } from './evaluations/evaluation.ts';
import { imageBySha256 } from './images/image-by-sha256.ts';
import { image } from './images/image.ts';
import { imagesOfSeries } from './images/images-of-series.ts';
import { listImages } from './images/list-images.ts';
import { dicomFile } from './imports/dicom-file.ts';
import { importTotals } from './imports/import-totals.ts';
import { listSourceFiles } from './imports/list-source-files.ts';
import { sourceFile } from './imports/source-file.ts';
import { sourceFiles } from './imports/source-files.ts';
import { masksOf } from './masks/masks-of.ts';
import { mergedMask } from './masks/merged-mask.ts';
import { deadLetterKeys } from './messaging/dead-letter-keys.ts';
import { deadLetters } from './messaging/dead-letters.ts';
import { eventsTaken } from './messaging/events-taken.ts';
import { openDeadLetters } from './messaging/open-dead-letters.ts';
import { outboxAgeMs } from './messaging/outbox-age.ts';
import { outboxDepth } from './messaging/outbox-depth.ts';
import { stageStatistics } from './messaging/stage-statistics.ts';
import { listModelMoves } from './models/list-model-moves.ts';
import { listModels } from './models/list-models.ts';
import { modelCard } from './models/model-card.ts';
import { modelOfAlias } from './models/model-of-alias.ts';
import { model } from './models/model.ts';
import { listPredictions } from './predictions/list-predictions.ts';
import { predictionOf } from './predictions/prediction-of.ts';
import { prediction } from './predictions/prediction.ts';
import { preparationInputs } from './prepared/preparation-inputs.ts';
import { preparedCrop } from './prepared/prepared-crop.ts';
import { preparedViewOf } from './prepared/prepared-view-of.ts';
import { preparedView } from './prepared/prepared-view.ts';
import { preparedOtherwise } from './prepared/prepared-otherwise.ts';
import { preparedViews } from './prepared/prepared-views.ts';
import { listRepairs } from './repairs/list-repairs.ts';
import { abnormality } from './tables/abnormality.ts';
import { filesWithoutRows } from './tables/files-without-rows.ts';
import { rowsWithoutFiles } from './tables/rows-without-files.ts';
import { tableImported } from './tables/table-imported.ts';
import { tablesTaken } from './tables/tables-taken.ts';
import { patientTraits } from './training/patient-traits.ts';
import { split } from './training/split.ts';
import { trainingEpochs } from './training/training-epochs.ts';
import { trainingRun } from './training/training-run.ts';
import { counts } from './views/counts.ts';
import { listPatients } from './views/list-patients.ts';
import { listViews } from './views/list-views.ts';
import { view } from './views/view.ts';

/** Runs an operation on a connection of its choice and throws its errors as Failures. */
export type Run = <T>(operation: (db: Database) => Promise<T>) => Promise<T>;

/**
 * The reading half of the catalogue.
 * @param once for an operation of one statement, or of several whose rows never change together
 * @param snapshot for an operation of several statements that must see one state
 */
export function bindReader(once: Run, snapshot: Run): CatalogueReader {
  const bind =
    (run: Run) =>
    <Args extends readonly unknown[], T>(operation: (db: Database, ...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      run((db) => operation(db, ...args));
  const read = bind(once);
  const readAll = bind(snapshot);
  return {
    sourceFile: read(sourceFile),
    dicomFile: read(dicomFile),
    importTotals: read(importTotals),
    listSourceFiles: read(listSourceFiles),
    listDeidentifications: read(listDeidentifications),
    tableImported: read(tableImported),
    image: read(image),
    imageBySha256: read(imageBySha256),
    imagesOfSeries: read(imagesOfSeries),
    abnormality: read(abnormality),
    listImages: read(listImages),
    view: read(view),
    listViews: read(listViews),
    listPatients: read(listPatients),
    listRepairs: read(listRepairs),
    rowsWithoutFiles: read(rowsWithoutFiles),
    filesWithoutRows: read(filesWithoutRows),
    masksOf: readAll(masksOf),
    preparationInputs: readAll(preparationInputs),
    preparedView: read(preparedView),
    preparedViewOf: read(preparedViewOf),
    preparedViews: read(preparedViews),
    preparedOtherwise: read(preparedOtherwise),
    preparedCrop: read(preparedCrop),
    mergedMask: read(mergedMask),
    patientTraits: read(patientTraits),
    split: read(split),
    trainingRun: readAll(trainingRun),
    trainingEpochs: read(trainingEpochs),
    model: read(model),
    modelOfAlias: read(modelOfAlias),
    listModels: read(listModels),
    listModelMoves: read(listModelMoves),
    modelCard: read(modelCard),
    prediction: read(prediction),
    predictionOf: read(predictionOf),
    evaluation: read(evaluation),
    listPredictions: read(listPredictions),
    counts: read(counts),
    stageStatistics: read(stageStatistics),
    deadLetters: read(deadLetters),
    eventsTaken: read(eventsTaken),
    openDeadLetters: read(openDeadLetters),
    deadLetterKeys: read(deadLetterKeys),
    outboxDepth: read(outboxDepth),
    outboxAgeMs: read(outboxAgeMs),
    sourceFiles: read(sourceFiles),
    tablesTaken: read(tablesTaken),
    listAudit: read(listAudit),
    auditHead: read(auditHead),
  };
}
