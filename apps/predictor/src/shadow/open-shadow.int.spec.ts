import type { ModelVersionRecord } from '@mammoline/catalogue';
import { predictionV1 } from '@mammoline/contracts';
import { writeDicom } from '@mammoline/dicom';
import { newUuid } from '@mammoline/kernel';
import { drawBreast, openStageBench, type StageBench } from '@mammoline/testing';
import type { CallContext } from 'nice-grpc';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { predictionService } from '../grpc/prediction-service.ts';
import { caseOf, prepareCase, publishModel, seeing, square } from '../spec-fixtures.ts';
import { predictNewView } from '../stages/predict-new-view.ts';
import { openShadow } from './open-shadow.ts';

let bench: StageBench;
let champion: ModelVersionRecord;
let candidate: ModelVersionRecord;
let metrics: Registry;
beforeEach(async () => {
  bench = await openStageBench();
  champion = await publishModel(bench, []);
  candidate = await publishModel(bench, []);
  metrics = new Registry();
});
afterEach(async () => {
  await bench.close();
});

const name = 'Mass-Test_P_00001_LEFT_CC';
const context = { signal: new AbortController().signal } as CallContext;
const truth = square(250, 280, 60);
const dicom = (): Uint8Array =>
  writeDicom({
    ...drawBreast(1),
    sopInstanceUid: '1.2.3',
    seriesInstanceUid: '1.2.4',
    studyInstanceUid: '1.2.5',
    patientId: 'x',
    pixelSpacingMm: [0.1, 0.1],
  });
const candidateIs = ({ id }: ModelVersionRecord) => bench.catalogue.transaction((tx) => tx.promoteModel('candidate', id));

/** The champion sees the truth; the candidate what is given, or fails. */
function open(candidateSees: ReturnType<typeof seeing> | Error) {
  const championSees = seeing(truth, 0.9);
  const segmenters: typeof championSees = {
    ...championSees,
    withModel: async (model, use) => {
      if (model.id === champion.id) return championSees.withModel(model, use);
      if (candidateSees instanceof Error) throw candidateSees;
      return candidateSees.withModel(model, use);
    },
  };
  const warn = vi.fn();
  const stopping = new AbortController().signal;
  const ports = { catalogue: bench.catalogue, blobs: bench.blobs, segmenters };
  const shadow = openShadow({ ...ports, metrics, log: { warn }, stopping });
  const live = { ...ports, shadow };
  const service = predictionService({ ...live, stopping, commit: (_cause, { write }) => bench.catalogue.transaction(write) });
  const predict = (modelVersionId = '') =>
    service.predict({ ...predictionV1.PredictRequest.create(), source: { $case: 'dicom', value: dicom() }, modelVersionId }, context);
  return { shadow, live, predict, warn };
}
const counted = async (outcome: string): Promise<number> => {
  const { values = [] } = (await metrics.getSingleMetric('mammoline_shadow_predictions_total')?.get()) ?? {};
  return values.find(({ labels }) => labels['outcome'] === outcome)?.value ?? 0;
};
const sumOf = async (metric: string): Promise<number | undefined> =>
  (await metrics.getSingleMetric(metric)?.get())?.values.find((value) => 'metricName' in value && value.metricName === `${metric}_sum`)
    ?.value;

test('both predict what comes, the champion answers, and how they agree is measured', async () => {
  await candidateIs(candidate);
  await prepareCase(bench, name, truth);
  const { live, predict } = open(seeing(square(280, 280, 60), 0.7));
  expect((await predict()).prediction).toMatchObject({ modelVersionId: champion.id });
  await vi.waitUntil(async () => (await counted('compared')) === 1);
  const dice = (await sumOf('mammoline_shadow_dice_ratio')) ?? Number.NaN;
  expect(Math.abs(dice - 0.5)).toBeLessThan(0.06);
  expect(await sumOf('mammoline_shadow_probability_difference_ratio')).toBeCloseTo(-0.2, 5);

  await bench.run(predictNewView, { ...caseOf(name), preparedViewId: newUuid(), revision: 1, hasMask: true }, live);
  await vi.waitUntil(async () => (await counted('compared')) === 2);
  const { rows } = await bench.catalogue.listPredictions({}, { pageSize: 10, pageToken: undefined });
  expect(rows.map(({ modelVersionId }) => modelVersionId)).toEqual([champion.id]);
});

test('a candidate that fails never fails the answer', async () => {
  await candidateIs(candidate);
  const { predict, warn } = open(new Error('out of memory'));
  expect((await predict()).prediction).toMatchObject({ modelVersionId: champion.id });
  await vi.waitUntil(async () => (await counted('failed')) === 1);
  expect(warn.mock.calls[0]?.[0]).toEqual({ err: 'out of memory' });
});

test('a candidate that hangs holds up no answer, and what it can not keep up with is dropped', async () => {
  await candidateIs(candidate);
  const freed = Promise.withResolvers<undefined>();
  const sees = seeing(truth, 0.9);
  const { predict, shadow } = open({ ...sees, withModel: async (model, use) => freed.promise.then(() => sees.withModel(model, use)) });
  for (let asked = 0; asked < 7; asked += 1) await predict();
  expect(await counted('dropped')).toBe(2);
  freed.resolve(undefined);
  await shadow.close();
  expect(await counted('compared')).toBe(1);
});

test('nothing is compared where nobody is candidate, the champion is, or another version was asked for', async () => {
  const sees = seeing(truth, 0.9);
  const { predict, shadow } = open(sees);
  await predict();
  await shadow.close();
  await candidateIs(champion);
  await predict();
  await shadow.close();
  await candidateIs(candidate);
  await predict(candidate.id);
  await shadow.close();
  expect(sees.uses()).toBe(1);
  expect(await counted('compared')).toBe(0);
});
