import type { CatalogueReader, PredictionRecord } from '@mammoline/catalogue';
import { viewRefCodec, type predictionV1 } from '@mammoline/contracts';
import { defaultDicomLimits, type DicomLimits } from '@mammoline/dicom';
import { invalid, parsePatientCode, parseUuid, type PatientCode } from '@mammoline/kernel';
import { notFound, pageRequest, type InputMetrics, type Runtime } from '@mammoline/service';
import type { PredictViewPorts } from '../predict/predict-view.ts';
import { chooseModel } from './choose-model.ts';
import { evaluateModel } from './evaluate-model.ts';
import { predictDicom } from './predict-dicom.ts';
import { predictStoredView } from './predict-stored-view.ts';
import { predictionToProto } from './prediction-to-proto.ts';
import { streamEvaluation } from './stream-evaluation.ts';
import { watchPredictions } from './watch-predictions.ts';

export interface PredictionServicePorts extends PredictViewPorts {
  readonly catalogue: CatalogueReader;
  readonly commit: Runtime['commit'];
  readonly stopping: AbortSignal;
  readonly dicomLimits?: DicomLimits;
  readonly inputs?: InputMetrics;
}

/** PredictionService over the catalogue and the models. Failures `invalid` name the field. */
export function predictionService(ports: PredictionServicePorts): predictionV1.PredictionServiceImplementation {
  const { catalogue, blobs, dicomLimits = defaultDicomLimits } = ports;
  const withMask = async (
    prediction: PredictionRecord,
    signal: AbortSignal,
  ): Promise<predictionV1.DeepPartial<predictionV1.Prediction>> => ({
    ...predictionToProto(prediction),
    maskPng: await blobs.get(prediction.mask, signal),
    ...(prediction.uncertainty === undefined ? {} : { uncertaintyMapPng: await blobs.get(prediction.uncertainty.map, signal) }),
  });

  return {
    async predict({ source, modelVersionId, abnormalityKind }, { signal }) {
      if (source === undefined) throw invalid('source is missing: expected a view or the bytes of a DICOM file', { field: 'source' });
      const model = await chooseModel(modelVersionId, catalogue);
      if (source.$case === 'dicom') return { prediction: await predictDicom(source.value, model, { ...ports, dicomLimits }, signal) };
      const view = viewRefCodec.fromProto(source.value);
      return { prediction: await withMask(await predictStoredView(view, abnormalityKind, model, ports, signal), signal) };
    },

    async getPrediction(request, { signal }) {
      const id = parseUuid(request.predictionId, 'prediction_id');
      const prediction = await catalogue.prediction(id);
      if (prediction === undefined) throw notFound(`no prediction ${id}; ListPredictions names those that are`);
      return { prediction: await withMask(prediction, signal) };
    },

    async listPredictions(request) {
      const filter = {
        patient: request.patientCode === '' ? undefined : requirePatient(request.patientCode),
        view: request.view === undefined ? undefined : viewRefCodec.fromProto(request.view),
        modelVersionId: request.modelVersionId === '' ? undefined : parseUuid(request.modelVersionId, 'model_version_id'),
      };
      const page = await catalogue.listPredictions(filter, pageRequest(request));
      return { predictions: page.rows.map(predictionToProto), nextPageToken: page.nextPageToken ?? '' };
    },

    async *watchPredictions(request, { signal }) {
      const modelVersionId = request.modelVersionId === '' ? undefined : parseUuid(request.modelVersionId, 'model_version_id');
      const until = AbortSignal.any([signal, ports.stopping]);
      for await (const prediction of watchPredictions(modelVersionId, catalogue, until))
        yield { prediction: predictionToProto(prediction) };
    },

    async evaluate(request) {
      return evaluateModel(await chooseModel(request.modelVersionId, catalogue), catalogue);
    },

    evaluateModels: (request, { signal }) => streamEvaluation(request, ports, AbortSignal.any([signal, ports.stopping])),
  };
}

function requirePatient(text: string): PatientCode {
  const patient = parsePatientCode(text);
  if (patient === undefined) {
    throw invalid(`patient_code: found ${JSON.stringify(text)}, expected P_ and five to seven digits, or a pseudonym`, {
      field: 'patient_code',
    });
  }
  return patient;
}
