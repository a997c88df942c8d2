import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueV1, commonV1, ingestV1, modelsV1, predictionV1, trainingV1 } from '@mammoline/contracts';
import { openReflectionClient } from '@mammoline/testing';
import { createChannel, createClient, Status, type Client, type CompatServiceDefinition } from 'nice-grpc';
import { afterAll, describe, expect, it } from 'vitest';
import { readReadyFile } from '../laptop/ready-file.ts';
import type { ServiceName } from '../laptop/service-names.ts';
import { workDirectory } from '../laptop/work-directory.ts';

/** Calls each gRPC method once, as another program would, on running services that hold an imported tree and a trained model. */
export function describeEveryMethod(work: string): void {
  describe('every gRPC method, with the generated clients', () => {
    const closers: (() => void)[] = [];
    const addressOf = (service: ServiceName): string => readReadyFile(workDirectory(work), service)?.grpcAddress ?? 'not ready';
    const clientOf = <Definition extends CompatServiceDefinition>(service: ServiceName, definition: Definition): Client<Definition> => {
      const channel = createChannel(addressOf(service));
      closers.push(() => {
        channel.close();
      });
      return createClient(definition, channel);
    };
    const ingest = () => clientOf('ingestor', ingestV1.IngestServiceDefinition);
    const catalogue = () => clientOf('restructurer', catalogueV1.CatalogueServiceDefinition);
    const training = () => clientOf('trainer', trainingV1.TrainingServiceDefinition);
    const prediction = () => clientOf('predictor', predictionV1.PredictionServiceDefinition);
    const models = () => clientOf('predictor', modelsV1.ModelServiceDefinition);
    const code = (status: Status): unknown => expect.objectContaining({ code: status });

    afterAll(() => {
      for (const close of closers) close();
    });

    it('IngestService: ImportFolder, Upload', async () => {
      const directory = join(work, '..', 'tree');
      const totals: ingestV1.ImportFolderResponse[] = [];
      for await (const progress of ingest().importFolder({ directory, copy: false })) totals.push(progress);
      const last = totals.at(-1);
      expect(last?.finished).toBe(true);
      expect(last?.unchanged).toBe(last?.found);
      await expect(firstOf(ingest().importFolder({ directory: 'relative' }))).rejects.toEqual(code(Status.INVALID_ARGUMENT));

      const upload = await ingest().upload(uploadOf('notes.txt', Buffer.from('not an image')));
      expect(upload).toMatchObject({ outcome: ingestV1.UploadOutcome.UPLOAD_OUTCOME_REJECTED, reason: 'not-dicom' });
    });

    it('CatalogueService: ImportTable, ListPatients, ListViews, GetView, ListRepairs', async () => {
      const csv = readFileSync(join(work, '..', 'tree', 'csv', 'mass_case_description_train_set.csv'));
      expect(await catalogue().importTable({ fileName: 'mass_case_description_train_set.csv', csv })).toMatchObject({
        alreadyImported: true,
      });
      const first = await catalogue().listPatients({ pageSize: 1 });
      expect(first.patients).toHaveLength(1);
      const second = await catalogue().listPatients({ pageSize: 1, pageToken: first.nextPageToken });
      expect(second.patients[0]?.code).not.toBe(first.patients[0]?.code);
      await expect(catalogue().listPatients({ pageSize: 2000 })).rejects.toEqual(code(Status.INVALID_ARGUMENT));

      const { views } = await catalogue().listViews({ abnormalityKind: commonV1.AbnormalityKind.ABNORMALITY_KIND_MASS, pageSize: 1000 });
      expect(views.length).toBeGreaterThan(2);
      const { view } = await catalogue().getView({ view: views[0]?.ref });
      expect(view?.images.some((image) => image.name.endsWith('_FULL'))).toBe(true);
      const unknown = { ...views[0]?.ref, patientCode: 'P_99999' };
      await expect(catalogue().getView({ view: unknown })).rejects.toEqual(code(Status.NOT_FOUND));
      expect((await catalogue().listRepairs({})).repairs.length).toBeGreaterThan(0);
    });

    it('TrainingService: ListModels, GetModel, WatchTraining, StartTraining, CancelTraining', async () => {
      const { models } = await training().listModels({});
      const [model] = models;
      expect(await training().getModel({ modelVersionId: model?.id ?? '' })).toMatchObject({ model: { id: model?.id } });
      await expect(training().getModel({ modelVersionId: crypto.randomUUID() })).rejects.toEqual(code(Status.NOT_FOUND));
      const states: trainingV1.WatchTrainingResponse[] = [];
      for await (const state of training().watchTraining({ runId: model?.runId ?? '' })) states.push(state);
      expect(states.at(-1)).toMatchObject({ state: trainingV1.RunState.RUN_STATE_SUCCEEDED, modelVersionId: model?.id });
      await expect(training().startTraining({ imageSize: 65 })).rejects.toEqual(code(Status.INVALID_ARGUMENT));
      expect(await training().cancelTraining({ runId: model?.runId ?? '' })).toMatchObject({ wasUnderWay: false });
    });

    it('PredictionService: ListPredictions, GetPrediction, Predict, WatchPredictions, Evaluate, EvaluateModels', async () => {
      const { predictions } = await prediction().listPredictions({});
      const [listed] = predictions;
      const { prediction: got } = await prediction().getPrediction({ predictionId: listed?.id ?? '' });
      expect(got?.maskPng.length).toBeGreaterThan(0);
      await expect(prediction().getPrediction({ predictionId: crypto.randomUUID() })).rejects.toEqual(code(Status.NOT_FOUND));

      const watching = new AbortController();
      const watched = firstOf(prediction().watchPredictions({}, { signal: watching.signal }));
      const again = await prediction().predict({
        source: { $case: 'view', value: listed?.view ?? {} },
        abnormalityKind: listed?.abnormalityKind ?? 0,
        modelVersionId: listed?.modelVersionId ?? '',
      });
      expect(Buffer.from(again.prediction?.maskPng ?? []).equals(Buffer.from(got?.maskPng ?? []))).toBe(true);
      watching.abort();
      // Either it was told of the prediction, or it was cancelled before one came: both end the stream.
      await watched.catch((error: unknown) => {
        expect(String(error)).toMatch(/abort/i);
      });
      expect((await prediction().evaluate({})).views).toBeGreaterThan(0);
      const evaluated: predictionV1.EvaluateModelsResponse[] = [];
      for await (const message of prediction().evaluateModels({ bootstrapSamples: 10 })) evaluated.push(message);
      expect(evaluated.at(-1)?.evaluationJson).toContain('mammoline-evaluation-1');
    });

    it('ModelService: Promote, ListMoves, Rollback, Compare, GetCard, MakeEnsemble', async () => {
      const [champion] = (await training().listModels({})).models;
      const id = champion?.id ?? '';
      expect(champion?.aliases).toEqual(['champion']);
      expect(await models().promote({ modelVersionId: id })).toEqual({ move: undefined });
      expect((await models().promote({ modelVersionId: id, alias: 'candidate' })).move?.toModelVersionId).toBe(id);
      expect((await models().listMoves({})).moves.map(({ alias }) => alias)).toEqual(['candidate', 'champion']);
      await expect(models().rollback({ leavingModelVersionId: id })).rejects.toEqual(code(Status.INVALID_ARGUMENT));
      const { a, b, views } = await models().compare({ a: 'champion', b: 'candidate' });
      expect(a).toEqual(b);
      expect((await models().getCard({})).markdown).toContain(id);
      expect(views.length).toBeGreaterThan(0);
      const made: modelsV1.MakeEnsembleResponse[] = [];
      for await (const step of models().makeEnsemble({ modelVersionIds: [id], flips: 'across', sizes: [1] })) made.push(step);
      expect((await training().getModel({ modelVersionId: made.at(-1)?.modelVersionId ?? '' })).model).toMatchObject({ memberIds: [id] });
      await expect(firstOf(models().makeEnsemble({}))).rejects.toEqual(code(Status.INVALID_ARGUMENT));
    });

    it('is listed and called by reflection alone', async () => {
      const reflected = openReflectionClient(addressOf('restructurer'));
      try {
        expect(await reflected.listServices()).toContain('mammoline.catalogue.v1.CatalogueService');
        const answer = await reflected.callUnary('mammoline.catalogue.v1.CatalogueService/ListPatients', { pageSize: 3 });
        expect(answer).toMatchObject({ patients: [{ code: expect.stringMatching(/^P_\d{5}$/) as unknown }, {}, {}] });
      } finally {
        reflected.close();
      }
    });
  });
}

async function firstOf<Message>(stream: AsyncIterable<Message>): Promise<Message | undefined> {
  for await (const message of stream) return message;
  return undefined;
}

async function* uploadOf(fileName: string, bytes: Uint8Array): AsyncGenerator<{ part: ingestV1.UploadRequest['part'] }, void, undefined> {
  yield { part: { $case: 'header', value: { fileName } } };
  yield { part: { $case: 'chunk', value: bytes } };
}
