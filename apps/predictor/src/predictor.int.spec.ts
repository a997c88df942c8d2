import type { ModelVersionRecord } from '@mammoline/catalogue';
import { commonV1, predictionCompleted, predictionRequested, predictionV1, viewRefCodec, abnormalityKindCodec } from '@mammoline/contracts';
import { writeDicom } from '@mammoline/dicom';
import { decodeMaskPng, decodePng, maskArea, preparationRecipe, prepareNetworkInput } from '@mammoline/imaging';
import { newUuid, sha256Of } from '@mammoline/kernel';
import { createNetwork, openBackend, readWeights, serializeWeights, tensorflowEngine, type Backend } from '@mammoline/segmentation';
import type { InputMetrics } from '@mammoline/service';
import { drawBreast, openStageBench, type StageBench } from '@mammoline/testing';
import { Status, type CallContext } from 'nice-grpc';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { predictionService, type PredictionServicePorts } from './grpc/prediction-service.ts';
import { openSegmenters } from './models/open-segmenters.ts';
import { caseOf, prepareCase, publishModel, seeing, square } from './spec-fixtures.ts';
import { predictNewView } from './stages/predict-new-view.ts';
import { predictRequestedView } from './stages/predict-requested-view.ts';
import { requestTestPredictions } from './stages/request-test-predictions.ts';

let bench: StageBench;
beforeEach(async () => {
  bench = await openStageBench();
});
afterEach(async () => {
  await bench.close();
});

const first = 'Mass-Test_P_00001_LEFT_CC';
const second = 'Mass-Test_P_00002_RIGHT_MLO';
const third = 'Mass-Training_P_00003_LEFT_CC';
const patients = (...names: readonly string[]) => names.map((name) => caseOf(name).patient);
const truth = square(250, 280, 60);
const page = { pageSize: 100, pageToken: undefined };
const context = { signal: new AbortController().signal } as CallContext;
const UNSPECIFIED = predictionV1.PredictRequest.create().abnormalityKind;

const ports = (segmenters = seeing(truth, 0.9)): PredictionServicePorts => ({
  catalogue: bench.catalogue,
  blobs: bench.blobs,
  segmenters,
  stopping: new AbortController().signal,
  commit: (_cause, { write }) => bench.catalogue.transaction(write),
});
const promote = (model: ModelVersionRecord) => bench.catalogue.transaction((tx) => tx.promoteModel('champion', model.id));
const viewPreparedOf = (caseName: string) => ({ ...caseOf(caseName), preparedViewId: newUuid(), revision: 1, hasMask: true });

describe('stages', () => {
  test('a view is predicted by the champion, in its own pixels, and scored against its merged mask', async () => {
    await prepareCase(bench, first, truth);
    expect((await bench.run(predictNewView, viewPreparedOf(first), ports())).skipped).toBe('no model yet');
    await publishModel(bench, []);
    const model = await publishModel(bench, []);
    await promote(model);
    const { events } = await bench.run(predictNewView, viewPreparedOf(first), ports());

    const { view, abnormalityKind } = caseOf(first);
    const stored = (await bench.catalogue.predictionOf(view, abnormalityKind, model.id)) ?? expect.unreachable('no prediction');
    expect(events.map(({ payload }) => predictionCompleted.decode(payload))).toEqual([
      { predictionId: stored.id, view, abnormalityKind, modelVersionId: model.id, probability: stored.probability },
    ]);
    expect(stored).toMatchObject({ rows: 600, columns: 400, threshold: 0.5, score: { truthAreaPx: 3600 } });
    expect(stored.probability).toBeCloseTo(0.9, 5);
    expect(stored.score?.dice).toBeGreaterThan(0.93);
    expect(stored.score?.iou).toBeCloseTo((stored.score?.dice ?? 0) / (2 - (stored.score?.dice ?? 0)), 10);
    const mask = await decodeMaskPng(await bench.blobs.get(stored.mask));
    expect(maskArea(mask)).toBe(stored.areaPx);
    expect(mask.data[310 * 400 + 280]).toBe(1);
    expect(stored.areaMm2).toBeCloseTo(stored.areaPx * 0.05 * 0.05, 8);
    expect(stored.regions).toHaveLength(1);
    const [region] = stored.regions;
    expect(region).toMatchObject({ areaPx: stored.areaPx, areaMm2: stored.areaMm2 });
    const [x = 0, y = 0] = region?.contour ?? [];
    expect(Math.hypot(x - 250, y - 280)).toBeLessThan(6);
    expect((await bench.run(predictNewView, viewPreparedOf(first), ports())).skipped).toBe('already predicted');
  });

  test('a view without a mask is predicted and has no score; with its mask it is predicted anew', async () => {
    const model = await publishModel(bench, []);
    await prepareCase(bench, first, undefined);
    await bench.run(predictNewView, viewPreparedOf(first), ports());
    const { view, abnormalityKind } = caseOf(first);
    const alone = await bench.catalogue.predictionOf(view, abnormalityKind, model.id);
    expect(alone?.score).toBeUndefined();
    await prepareCase(bench, first, truth);
    await bench.run(predictNewView, viewPreparedOf(first), ports());
    const scored = await bench.catalogue.predictionOf(view, abnormalityKind, model.id);
    expect(scored?.score?.truthAreaPx).toBe(3600);
    expect(scored?.id).toBe(alone?.id);
  });

  test('a model that is published asks for the prepared views of its test patients, each time the same', async () => {
    for (const name of [first, second, third]) await prepareCase(bench, name, truth);
    await prepareCase(bench, 'Calc-Test_P_00001_LEFT_CC', truth);
    const model = await publishModel(bench, patients(first, second), { abnormalityKind: 'MASS' });
    const event = { modelVersionId: model.id, runId: model.runId };
    const { events } = await bench.run(requestTestPredictions, event, bench);
    const requests = events.map(({ payload }) => predictionRequested.decode(payload));
    expect(requests.map(({ view, abnormalityKind }) => [view.patient, abnormalityKind])).toEqual([
      ['P_00001', 'MASS'],
      ['P_00002', 'MASS'],
    ]);
    expect((await bench.run(requestTestPredictions, event, bench)).events).toEqual(events);
    for (const request of requests) await bench.run(predictRequestedView, request, ports());
    expect((await bench.catalogue.listPredictions({ modelVersionId: model.id }, page)).rows).toHaveLength(2);
    const unknown = { ...(requests[0] ?? expect.unreachable()), modelVersionId: newUuid() };
    await expect(bench.run(predictRequestedView, unknown, ports())).rejects.toMatchObject({ kind: 'invalid' });
  });
});

test.each(['plain', 'equalised'] as const)('a model that learnt from %s pictures sees these, of a view and of a file', async (picture) => {
  const model = await publishModel(bench, []);
  await promote(model);
  await prepareCase(bench, first, truth);
  const network = seeing(truth, 0.9, 1, picture);
  await bench.run(predictNewView, viewPreparedOf(first), ports(network));
  const { plain, image } = prepareNetworkInput(drawBreast(1), preparationRecipe);
  // Hashes: of two large pictures that differ, the difference takes minutes to print.
  const shown = () => network.shown.map(({ data }) => sha256Of(data));
  const expected = sha256Of((picture === 'plain' ? plain : image).data);
  expect(shown()).toEqual([expected]);
  const uids = { sopInstanceUid: '1.2.3', seriesInstanceUid: '1.2', studyInstanceUid: '1', patientId: 'P_00001' };
  const dicom = writeDicom({ ...uids, ...drawBreast(1) });
  await predictionService(ports(network)).predict(
    { source: { $case: 'dicom', value: dicom }, modelVersionId: '', abnormalityKind: UNSPECIFIED },
    context,
  );
  expect(shown()).toEqual([expected, expected]);
});

describe('PredictionService', () => {
  const viewOf = (caseName: string) => ({ $case: 'view' as const, value: viewRefCodec.toProto(caseOf(caseName).view) });

  test('predicts a view once, gets and lists the prediction', async () => {
    await prepareCase(bench, first, truth);
    const model = await publishModel(bench, []);
    const segmenters = seeing(truth, 0.9);
    const service = predictionService(ports(segmenters));
    const request = { source: viewOf(first), modelVersionId: '', abnormalityKind: UNSPECIFIED };
    const { prediction } = await service.predict(request, context);
    expect(prediction).toMatchObject({ modelVersionId: model.id, rows: 600, columns: 400, score: { truthAreaPx: 3600n } });
    expect(await service.predict(request, context)).toEqual({ prediction });
    expect(segmenters.uses()).toBe(1);
    expect(await service.getPrediction({ predictionId: prediction?.id ?? '' }, context)).toEqual({ prediction });
    expect(await decodePng(prediction?.maskPng ?? new Uint8Array())).toMatchObject({ rows: 600, columns: 400 });

    const list = (patientCode: string) =>
      service.listPredictions({ patientCode, view: undefined, modelVersionId: model.id, pageSize: 0, pageToken: '' }, context);
    const { maskPng: _, ...withoutMask } = prediction ?? {};
    expect(await list('P_00001')).toEqual({ predictions: [withoutMask], nextPageToken: '' });
    expect((await list('P_00009')).predictions).toEqual([]);
  });

  test('asks for the kind where a view is in both tables', async () => {
    await prepareCase(bench, first, truth);
    await prepareCase(bench, 'Calc-Test_P_00001_LEFT_CC', truth);
    await publishModel(bench, []);
    const service = predictionService(ports());
    const request = { source: viewOf(first), modelVersionId: '', abnormalityKind: UNSPECIFIED };
    await expect(service.predict(request, context)).rejects.toMatchObject({ kind: 'invalid', field: 'abnormality_kind' });
    const abnormalityKind = abnormalityKindCodec.toProto('CALCIFICATION');
    expect((await service.predict({ ...request, abnormalityKind }, context)).prediction).toMatchObject({ abnormalityKind });
  });

  test('evaluates over the test patients, and names what has no prediction or truth', async () => {
    const service = predictionService(ports());
    await prepareCase(bench, first, truth);
    await prepareCase(bench, second, square(310, 280, 60));
    await prepareCase(bench, 'Mass-Test_P_00004_LEFT_CC', truth);
    await prepareCase(bench, 'Mass-Test_P_00005_LEFT_CC', undefined);
    await prepareCase(bench, third, truth);
    const model = await publishModel(bench, patients(first, second, 'Mass-Test_P_00004_LEFT_CC', 'Mass-Test_P_00005_LEFT_CC'));
    const request = { modelVersionId: model.id };
    expect(await service.evaluate(request, context)).toMatchObject({ views: 0, meanDice: 0, medianIou: 0 });
    for (const name of [first, second, 'Mass-Test_P_00005_LEFT_CC', third]) await bench.run(predictNewView, viewPreparedOf(name), ports());
    const { perView = [], ...evaluation } = await service.evaluate(request, context);
    const dices = perView.map(({ score }) => score?.dice ?? Number.NaN);
    expect(perView.map(({ caseName }) => caseName)).toEqual([first, second]);
    expect(dices[0]).toBeGreaterThan(0.93);
    expect(dices[1]).toBe(0);
    expect(evaluation).toMatchObject({ views: 2, unscored: ['Mass-Test_P_00004_LEFT_CC', 'Mass-Test_P_00005_LEFT_CC'] });
    expect(evaluation.meanDice).toBeCloseTo((dices[0] ?? 0) / 2, 10);
    expect(evaluation.medianDice).toBeCloseTo((dices[0] ?? 0) / 2, 10);
  });

  test('streams what is predicted from now on, and ends with the call', async () => {
    await prepareCase(bench, first, truth);
    await prepareCase(bench, second, truth);
    await publishModel(bench, []);
    await bench.run(predictNewView, viewPreparedOf(first), ports());
    const call = new AbortController();
    const looked = Promise.withResolvers<undefined>();
    const listPredictions: typeof bench.catalogue.listPredictions = async (filter, of) => {
      const found = await bench.catalogue.listPredictions(filter, of);
      looked.resolve(undefined);
      return found;
    };
    const service = predictionService({ ...ports(), catalogue: { ...bench.catalogue, listPredictions } });
    const iterator = service.watchPredictions({ modelVersionId: '' }, { signal: call.signal } as CallContext)[Symbol.asyncIterator]();
    const next = iterator.next();
    await looked.promise;
    await bench.run(predictNewView, viewPreparedOf(second), ports());
    expect((await next).value).toMatchObject({
      prediction: { view: viewRefCodec.toProto(caseOf(second).view), areaPx: expect.any(BigInt) as bigint },
    });
    const after = iterator.next();
    call.abort(new Error('the client went'));
    await expect(after).rejects.toThrow('the client went');
  });

  test.each([
    ['source', { source: undefined }],
    ['view.patient_code', { source: { $case: 'view' as const, value: { ...viewRefCodec.toProto(caseOf(first).view), patientCode: 'x' } } }],
    ['dicom', { source: { $case: 'dicom' as const, value: Buffer.from('no DICOM') } }],
    ['model_version_id', { modelVersionId: 'newest' }],
    ['abnormality_kind', { abnormalityKind: commonV1.AbnormalityKind.UNRECOGNIZED }],
  ])('refuses a bad %s by its name', async (field, change) => {
    await publishModel(bench, []);
    const good = { source: viewOf(first), modelVersionId: '', abnormalityKind: UNSPECIFIED };
    await expect(async () => predictionService(ports()).predict({ ...good, ...change }, context)).rejects.toMatchObject({
      kind: 'invalid',
      field,
    });
  });

  test('what is not there is not found', async () => {
    const service = predictionService(ports());
    const code = { code: Status.NOT_FOUND };
    await expect(service.evaluate({ modelVersionId: '' }, context)).rejects.toMatchObject(code);
    await expect(service.evaluate({ modelVersionId: newUuid() }, context)).rejects.toMatchObject(code);
    await expect(service.getPrediction({ predictionId: newUuid() }, context)).rejects.toMatchObject(code);
    await publishModel(bench, []);
    const request = { source: viewOf(first), modelVersionId: '', abnormalityKind: UNSPECIFIED };
    await expect(service.predict(request, context)).rejects.toMatchObject(code);
  });
});

describe('real networks', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend('auto');
  });
  const weightsOf = async (seed: number) => {
    const network = createNetwork(backend, 'unet-compact', { seed });
    const weights = await bench.blobs.put(
      serializeWeights({ network: 'unet-compact', imageSize: 64, threshold: 0.5, weights: await readWeights(network) }),
    );
    network.dispose();
    return weights;
  };

  test('a DICOM file is predicted by the champion of the moment, without a restart; old networks are let go', async () => {
    const segmenters = openSegmenters(() => Promise.resolve(tensorflowEngine(backend, 'for the spec')), bench.blobs);
    const inputs = { observe: vi.fn<InputMetrics['observe']>() };
    const service = predictionService({ ...ports(), segmenters, inputs });
    const uids = { sopInstanceUid: '1.2.3', seriesInstanceUid: '1.2.4', studyInstanceUid: '1.2.5', patientId: 'x' };
    const dicom = writeDicom({ ...drawBreast(1), ...uids, pixelSpacingMm: [0.1, 0.2] });
    const request = { source: { $case: 'dicom' as const, value: dicom }, modelVersionId: '', abnormalityKind: UNSPECIFIED };
    const answers: string[] = [];
    const tensors: number[] = [];
    for (const seed of [1, 2, 3, 4]) {
      const model = await publishModel(bench, [], { weights: await weightsOf(seed), imageSize: 64 });
      await promote(model);
      const { prediction } = await service.predict(request, context);
      expect(prediction).toMatchObject({ modelVersionId: model.id, rows: 600, columns: 400 });
      expect(prediction?.id).toBeUndefined();
      expect(prediction?.areaMm2).toBeCloseTo(Number(prediction?.areaPx) * 0.02, 6);
      expect(await decodePng(prediction?.maskPng ?? new Uint8Array())).toMatchObject({ rows: 600, columns: 400 });
      answers.push(Buffer.from(prediction?.maskPng ?? []).toString('base64'));
      tensors.push(backend.tf.memory().numTensors);
    }
    expect(new Set(answers).size).toBe(4);
    expect(tensors[3]).toBe(tensors[1]);
    expect(inputs.observe).toHaveBeenCalledTimes(4);
    expect(inputs.observe.mock.lastCall?.[0]).toMatchObject({ laterality: undefined, position: undefined, breastDensity: undefined });
    expect(inputs.observe.mock.lastCall?.[0].breastAreaShare).toBeCloseTo(0.39, 2);
    await segmenters.close();
    await Promise.resolve();
    expect(backend.tf.memory().numTensors).toBeLessThan(tensors[0] ?? 0);
    expect((await bench.catalogue.listPredictions({}, page)).rows).toEqual([]);
  });
});
