import { modelsV1, predictionV1 } from '@mammoline/contracts';
import { newUuid } from '@mammoline/kernel';
import { openStageBench, type StageBench } from '@mammoline/testing';
import { Status, type CallContext } from 'nice-grpc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { evaluateModels, type EvaluateModelsPorts } from '../evaluate/evaluate-models.ts';
import { makeModelCard } from '../stages/make-model-card.ts';
import { predictRequestedView } from '../stages/predict-requested-view.ts';
import { caseOf, prepareCase, publishModel, seeing, square } from '../spec-fixtures.ts';
import { modelService } from './model-service.ts';

let bench: StageBench;
let service: ReturnType<typeof modelService>;
beforeEach(async () => {
  bench = await openStageBench();
  service = modelService({
    catalogue: bench.catalogue,
    blobs: bench.blobs,
    segmenters: seeing(square(250, 280, 60), 0.9),
    stopping: new AbortController().signal,
    commit: (_cause, { write }) => bench.catalogue.transaction(write),
  });
});
afterEach(async () => {
  await bench.close();
});
const context = { signal: new AbortController().signal } as CallContext;
const { MOVE_CAUSE_FIRST, MOVE_CAUSE_PROMOTE, MOVE_CAUSE_ROLLBACK } = modelsV1.MoveCause;

test('promotes by id or alias, rolls back, and lists the moves', async () => {
  const [first, second] = [await publishModel(bench, []), await publishModel(bench, [])];
  expect((await service.promote({ modelVersionId: second.id, alias: 'candidate' }, context)).move).toMatchObject({
    alias: 'candidate',
    fromModelVersionId: '',
    toModelVersionId: second.id,
  });
  const promotion = { modelVersionId: 'candidate', alias: '' };
  const { move } = await service.promote(promotion, context);
  expect(move).toMatchObject({ alias: 'champion', cause: MOVE_CAUSE_PROMOTE, fromModelVersionId: first.id, toModelVersionId: second.id });
  expect(await service.promote(promotion, context)).toEqual({ move: undefined });
  const rollback = { alias: 'champion', leavingModelVersionId: second.id };
  expect((await service.rollback(rollback, context)).move).toMatchObject({ cause: MOVE_CAUSE_ROLLBACK, toModelVersionId: first.id });
  const listed = await service.listMoves({ alias: 'champion', pageSize: 0, pageToken: '' }, context);
  expect(listed.moves?.map(({ cause }) => cause)).toEqual([MOVE_CAUSE_ROLLBACK, MOVE_CAUSE_PROMOTE, MOVE_CAUSE_FIRST]);
  expect((await service.listMoves({ alias: '', pageSize: 0, pageToken: '' }, context)).moves).toHaveLength(4);
});

test('refuses what can not be, by the name of the field', async () => {
  await expect(service.compare({ a: '', b: '' }, context)).rejects.toMatchObject({ code: Status.NOT_FOUND });
  const { id } = await publishModel(bench, []);
  const refused = (field: string): unknown => expect.objectContaining({ kind: 'invalid', field });
  await expect(service.promote({ modelVersionId: id, alias: 'best' }, context)).rejects.toEqual(refused('alias'));
  await expect(service.promote({ modelVersionId: '', alias: '' }, context)).rejects.toEqual(refused('model_version_id'));
  await expect(service.promote({ modelVersionId: newUuid(), alias: '' }, context)).rejects.toMatchObject({ code: Status.NOT_FOUND });
  await expect(service.promote({ modelVersionId: 'candidate', alias: '' }, context)).rejects.toMatchObject({ code: Status.NOT_FOUND });
  await expect(service.rollback({ alias: '', leavingModelVersionId: 'x' }, context)).rejects.toEqual(refused('leaving_model_version_id'));
  await expect(service.rollback({ alias: '', leavingModelVersionId: id }, context)).rejects.toEqual(refused('alias'));
  await expect(service.compare({ a: id, b: 'newest' }, context)).rejects.toEqual(refused('b'));
});

test('compares on the views that both were tested on, and names the others', async () => {
  const [shared, onlyA, onlyB, unscored] = [
    'Mass-Test_P_00001_LEFT_CC',
    'Mass-Test_P_00002_RIGHT_MLO',
    'Mass-Test_P_00003_LEFT_CC',
    'Mass-Test_P_00004_LEFT_CC',
  ] as const;
  const truth = square(250, 280, 60);
  for (const name of [shared, onlyA, onlyB, unscored]) await prepareCase(bench, name, truth);
  const patients = (...names: string[]) => names.map((name) => caseOf(name).patient);
  const a = await publishModel(bench, patients(shared, onlyA, unscored), { validationDice: 0.4 });
  const b = await publishModel(bench, patients(shared, onlyB, unscored), { validationDice: 0.6 });
  const predict = async (name: string, modelVersionId: typeof a.id, seen: typeof truth) => {
    const ports = { catalogue: bench.catalogue, blobs: bench.blobs, segmenters: seeing(seen, 0.9) };
    await bench.run(predictRequestedView, { ...caseOf(name), preparedViewId: newUuid(), modelVersionId }, ports);
  };
  for (const name of [shared, onlyA, unscored]) await predict(name, a.id, truth);
  for (const name of [shared, onlyB]) await predict(name, b.id, square(310, 280, 60));

  const compared = await service.compare({ a: a.id, b: b.id }, context);
  expect(compared.views?.map(({ caseName }) => caseName)).toEqual([shared]);
  expect(compared.notCompared).toEqual([onlyA, onlyB, unscored]);
  expect(compared.a).toMatchObject({ modelVersionId: a.id, validationDice: 0.4, meanDice: compared.views?.[0]?.a?.dice });
  expect(compared.b).toMatchObject({ modelVersionId: b.id, validationDice: 0.6, meanDice: 0, medianIou: 0 });
  expect(compared.a?.meanDice).toBeGreaterThan(0.93);
});

test('a card is made with the version, and again once there are scores', async () => {
  const name = 'Mass-Test_P_00001_LEFT_CC';
  const truth = square(250, 280, 60);
  await prepareCase(bench, name, truth);
  const model = await publishModel(bench, [caseOf(name).patient]);
  const published = { modelVersionId: model.id, runId: model.runId };
  await bench.run(makeModelCard, published, bench);
  const stored = async () => {
    const card = (await bench.catalogue.modelCard(model.id)) ?? expect.unreachable('no card');
    return [card.markdown, card.html].map(async (blob) => Buffer.from(await bench.blobs.get(blob)).toString());
  };
  expect(await (await stored())[0]).toMatch(/## Scores on the test patients\n\nNone yet\. 1 test views/);
  expect((await bench.run(makeModelCard, published, bench)).skipped).toBe('the card is there');

  const ports = { catalogue: bench.catalogue, blobs: bench.blobs, segmenters: seeing(truth, 0.9) };
  await bench.run(predictRequestedView, { ...caseOf(name), preparedViewId: newUuid(), modelVersionId: model.id }, ports);
  const { markdown, html } = await service.getCard({ modelVersionId: '' }, context);
  expect(markdown).toMatch(/\| Dice \| 0\.9\d\d \|/);
  expect(await Promise.all(await stored())).toEqual([markdown, html]);

  const evaluating: EvaluateModelsPorts = { ...ports, commit: (_cause, { write }) => bench.catalogue.transaction(write) };
  const request = predictionV1.EvaluateModelsRequest.fromPartial({ modelVersionIds: [model.id], bootstrapSamples: 20 });
  await evaluateModels(request, evaluating, () => undefined, context.signal);
  const { markdown: scored } = await service.getCard({ modelVersionId: '' }, context);
  expect(scored).toMatch(/## Scores with their intervals\n\nOf 1 views of 1 test patients, .*\n\n\|.*\n\|.*\n\| Dice, mean \| 0\.9/);
  expect(scored).toMatch(/\| 0\.40 to 0\.50 \| \d+ \| 0\.4\d\d \|/);
  expect(scored).toMatch(/\| laterality \| LEFT \| 1 \| 1 \|.*\| 1 of 1 \|/);
});
