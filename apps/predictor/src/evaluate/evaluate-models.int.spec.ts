import { predictionV1 } from '@mammoline/contracts';
import { invalid, newUuid } from '@mammoline/kernel';
import { evaluationSchema } from '@mammoline/segmentation';
import { openStageBench, type StageBench } from '@mammoline/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { streamEvaluation } from '../grpc/stream-evaluation.ts';
import { caseOf, prepareAsBefore, prepareCase, publishModel, seeing, square } from '../spec-fixtures.ts';
import { evaluateModels, type EvaluateModelsPorts } from './evaluate-models.ts';

let bench: StageBench;
beforeEach(async () => {
  bench = await openStageBench();
});
afterEach(async () => {
  await bench.close();
});

const names = [
  'Mass-Test_P_00001_LEFT_CC',
  'Mass-Test_P_00002_RIGHT_MLO',
  'Mass-Test_P_00003_LEFT_CC',
  'Mass-Test_P_00004_LEFT_CC',
] as const;
const patientOf = (name: string) => caseOf(name).patient;
const [first, second, third, fourth] = [patientOf(names[0]), patientOf(names[1]), patientOf(names[2]), patientOf(names[3])] as const;
const lesion = square(250, 280, 60);
const never = new AbortController().signal;
const ports = (segmenters = seeing(lesion, 0.95)): EvaluateModelsPorts => ({
  catalogue: bench.catalogue,
  blobs: bench.blobs,
  segmenters,
  commit: (_cause, { write }) => bench.catalogue.transaction(write),
});
const evaluate = (request: Partial<predictionV1.EvaluateModelsRequest>, of = ports()) =>
  evaluateModels(predictionV1.EvaluateModelsRequest.fromPartial({ bootstrapSamples: 50, ...request }), of, () => undefined, never);

test('predicts the test patients anew, scores probabilities and mask at the resolution of the source, and keeps the result', async () => {
  await prepareCase(bench, names[0], lesion);
  await prepareCase(bench, names[1], square(310, 200, 40));
  await prepareCase(bench, names[2], undefined);
  await prepareCase(bench, names[3], lesion);
  const model = await publishModel(bench, [first, second, third]);
  const evaluation = await evaluate({ modelVersionIds: [model.id] });
  expect(
    evaluation.perView.map(({ case: name, truthAreaPx, lesionsFound, falsePositives }) => [
      name,
      truthAreaPx,
      lesionsFound,
      falsePositives,
    ]),
  ).toEqual([
    [names[0], 3600, 1, 0],
    [names[1], 1600, 0, 1],
  ]);
  expect(evaluation.unscored).toEqual([names[2]]);
  const [found, missed] = evaluation.perView;
  expect(found?.dice).toBeGreaterThan(0.93);
  expect(found?.softIou).toBeGreaterThan(0.75);
  expect(missed?.dice).toBe(0);
  expect(evaluation).toMatchObject({ data: { patients: 2, views: 2 }, lesions: { count: 2, sensitivity: { value: 0.5 } } });
  // Half of the marked pixels are right and half are wrong, all at .95.
  expect(evaluation.pixels.reliability.at(-1)?.trueShare).toBeCloseTo(0.5, 1);
  expect(evaluation.strata.map(({ by, value }) => `${by} ${value}`)).toEqual(
    expect.arrayContaining(['lesion area 0.3 to 1 %', 'lesion area above 1 %', 'laterality LEFT', 'view MLO']),
  );
  const stored = await bench.catalogue.evaluation(model.id);
  expect(evaluationSchema.parse(stored?.evaluation)).toEqual(evaluation);
});

test('leaves unscored what an older version prepared, without the picture that the model sees', async () => {
  await prepareCase(bench, names[0], lesion);
  await prepareAsBefore(bench, await prepareCase(bench, names[1], lesion));
  const model = await publishModel(bench, [first, second]);
  expect(await evaluate({ modelVersionIds: [model.id] })).toMatchObject({ perView: [{ case: names[0] }], unscored: [names[1]] });
  const equalised = ports(seeing(lesion, 0.95, 1, 'equalised'));
  expect(await evaluate({ modelVersionIds: [model.id] }, equalised)).toMatchObject({ perView: { length: 2 }, unscored: [] });
});

test('leaves out components below the smallest area of the model', async () => {
  await prepareCase(bench, names[0], lesion);
  const model = await publishModel(bench, [first], { smallestAreaShare: 0.5 });
  expect(await evaluate({ modelVersionIds: [model.id] })).toMatchObject({ perView: [{ dice: 0, predictedAreaPx: 0, lesionsFound: 0 }] });
});

test('refuses a model on patients that it learnt from, be it in validation, before anything is predicted', async () => {
  await prepareCase(bench, names[0], lesion);
  const model = await publishModel(bench, [first]);
  const trained = await publishModel(bench, [second], {}, { training: [first] });
  const validated = await publishModel(bench, [second], {}, { validation: [first] });
  const unseen = await publishModel(bench, [second], {}, { training: [fourth] });
  const segmenters = seeing(lesion, 0.9);
  for (const { id } of [trained, validated]) {
    await expect(evaluate({ modelVersionIds: [model.id], againstModelVersionIds: [id] }, ports(segmenters))).rejects.toThrow(
      /P_00001.*learnt from/,
    );
  }
  expect(segmenters.uses()).toBe(0);
  const leaky = await publishModel(bench, [first], {}, { training: [first] });
  await expect(evaluate({ modelVersionIds: [leaky.id] })).rejects.toThrow(/learnt from/);
  const { comparison } = await evaluate({ modelVersionIds: [model.id], againstModelVersionIds: [unseen.id] });
  expect(comparison).toMatchObject({ against: [{ id: unseen.id }], patients: 1, views: 1, dice: { difference: { value: 0 }, pValue: 1 } });
});

test('folds together evaluate every patient once, each by the model that kept the patient for its test', async () => {
  for (const name of names) await prepareCase(bench, name, lesion);
  const one = await publishModel(bench, [first, second], {}, { training: [third, fourth] });
  const two = await publishModel(bench, [third, fourth], {}, { training: [first, second] });
  const evaluation = await evaluate({ modelVersionIds: [one.id, two.id] });
  expect(evaluation.perView.map((view) => view.modelVersionId)).toEqual([one.id, one.id, two.id, two.id]);
  const sameTest = await publishModel(bench, [first, second]);
  await expect(evaluate({ modelVersionIds: [one.id, sameTest.id] })).rejects.toThrow(/several of the models/);
});

test('streams how far it is and the result, refuses bad requests by the name of the field, and ends with the call', async () => {
  await prepareCase(bench, names[0], lesion);
  const model = await publishModel(bench, [first]);
  const request = predictionV1.EvaluateModelsRequest.fromPartial({ bootstrapSamples: 10 });
  const told: predictionV1.EvaluateModelsResponse[] = [];
  for await (const message of streamEvaluation(request, ports(), never)) told.push(message);
  const last = told.at(-1) ?? expect.unreachable('nothing was told');
  expect(last).toMatchObject({ viewsDone: 1, views: 1 });
  expect(evaluationSchema.parse(JSON.parse(last.evaluationJson)).models).toMatchObject([{ id: model.id }]);

  await expect(evaluate({ bootstrapSamples: 1_000_000 })).rejects.toMatchObject({ kind: 'invalid', field: 'bootstrap_samples' });
  await expect(evaluate({ modelVersionIds: [newUuid()] })).rejects.toThrow(/no model version/);
  const gone = AbortSignal.abort(invalid('the client went'));
  await expect(streamEvaluation(request, ports(), gone).next()).rejects.toThrow('the client went');
});
