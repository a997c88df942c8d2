import type { Role } from './roles.ts';

/** Who may call a method, and whether it is recorded. */
export interface MethodRule {
  /** A role · `any role` · `anyone`, also without a token. */
  readonly needs: Role | 'any role' | 'anyone';
  /** `change`: recorded before it begins and at its end · `read`: recorded before its answer leaves, as it shows images, findings or predictions. */
  readonly audit?: 'change' | 'read';
  /** Fields of the request, or of the answer, that say what the call was about. */
  readonly about?: readonly string[];
}

/**
 * Every gRPC method of every service. A spec holds it complete against the descriptors; a method that is not here is refused where authentication is on.
 * Promote and Rollback change what predicts for everybody, so they are the admin's; Predict of a view keeps its result, but nothing that a reader may not see.
 * Not recorded is what shows models, progress or codes alone: no image, finding or prediction of a patient.
 */
export const methodRules: Readonly<Record<string, MethodRule>> = {
  '/mammoline.ingest.v1.IngestService/ImportFolder': { needs: 'ingest', audit: 'change', about: ['directory'] },
  '/mammoline.ingest.v1.IngestService/Upload': { needs: 'ingest', audit: 'change', about: ['blob'] },
  '/mammoline.catalogue.v1.CatalogueService/ImportTable': { needs: 'ingest', audit: 'change', about: ['fileName', 'csv'] },
  '/mammoline.catalogue.v1.CatalogueService/ListPatients': { needs: 'reader' },
  '/mammoline.catalogue.v1.CatalogueService/GetView': { needs: 'reader', audit: 'read', about: ['view'] },
  '/mammoline.catalogue.v1.CatalogueService/ListViews': { needs: 'reader', audit: 'read' },
  '/mammoline.catalogue.v1.CatalogueService/ListRepairs': { needs: 'reader' },
  '/mammoline.training.v1.TrainingService/StartTraining': { needs: 'train', audit: 'change', about: ['runId'] },
  '/mammoline.training.v1.TrainingService/CancelTraining': { needs: 'train', audit: 'change', about: ['runId'] },
  '/mammoline.training.v1.TrainingService/WatchTraining': { needs: 'reader' },
  '/mammoline.training.v1.TrainingService/ListModels': { needs: 'reader' },
  '/mammoline.training.v1.TrainingService/GetModel': { needs: 'reader' },
  '/mammoline.prediction.v1.PredictionService/Predict': { needs: 'reader', audit: 'change', about: ['source', 'modelVersionId'] },
  '/mammoline.prediction.v1.PredictionService/GetPrediction': { needs: 'reader', audit: 'read', about: ['predictionId'] },
  '/mammoline.prediction.v1.PredictionService/ListPredictions': {
    needs: 'reader',
    audit: 'read',
    about: ['patientCode', 'view', 'modelVersionId'],
  },
  '/mammoline.prediction.v1.PredictionService/WatchPredictions': { needs: 'reader', audit: 'read', about: ['modelVersionId'] },
  '/mammoline.prediction.v1.PredictionService/Evaluate': { needs: 'reader', audit: 'read', about: ['modelVersionId'] },
  '/mammoline.prediction.v1.PredictionService/EvaluateModels': {
    needs: 'train',
    audit: 'change',
    about: ['modelVersionIds', 'againstModelVersionIds'],
  },
  '/mammoline.models.v1.ModelService/Promote': { needs: 'admin', audit: 'change', about: ['modelVersionId', 'alias'] },
  '/mammoline.models.v1.ModelService/Rollback': { needs: 'admin', audit: 'change', about: ['leavingModelVersionId', 'alias'] },
  '/mammoline.models.v1.ModelService/MakeEnsemble': { needs: 'train', audit: 'change', about: ['modelVersionIds', 'modelVersionId'] },
  '/mammoline.models.v1.ModelService/ListMoves': { needs: 'reader' },
  '/mammoline.models.v1.ModelService/Compare': { needs: 'reader', audit: 'read', about: ['a', 'b'] },
  '/mammoline.models.v1.ModelService/GetCard': { needs: 'reader' },
  // Probes have no token, and learn whether the service works.
  '/grpc.health.v1.Health/Check': { needs: 'anyone' },
  '/grpc.health.v1.Health/Watch': { needs: 'anyone' },
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo': { needs: 'any role' },
};
