import { modelPublished, predictionV1, viewRefCodec, type modelsV1, type OutgoingEvent } from '@mammoline/contracts';
import { decodePng } from '@mammoline/imaging';
import {
  createNetwork,
  openBackend,
  type Looks,
  parseEnsemble,
  readWeights,
  serializeWeights,
  tensorflowEngine,
} from '@mammoline/segmentation';
import { openStageBench, type StageBench } from '@mammoline/testing';
import type { CallContext } from 'nice-grpc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { evaluateModels } from '../evaluate/evaluate-models.ts';
import { predictionService } from '../grpc/prediction-service.ts';
import { openSegmenters, type Segmenters } from '../models/open-segmenters.ts';
import { caseOf, prepareAsBefore, prepareCase, publishModel, square } from '../spec-fixtures.ts';
import { makeEnsemble } from './make-ensemble.ts';

let bench: StageBench;
beforeEach(async () => {
  bench = await openStageBench();
});
afterEach(async () => {
  await bench.close();
});

const names = Array.from({ length: 6 }, (_, index) => `Mass-Test_P_0000${String(index + 1)}_LEFT_CC`);
const patients = names.map((name) => caseOf(name).patient);
const never = new AbortController().signal;
const context = { signal: never } as CallContext;
const lesion = square(250, 280, 60);
const mapOf = (value: number) => ({ rows: 128, columns: 128, data: new Float32Array(128 * 128).fill(value) });

/** Looks twice, the more apart the later a call comes, and remembers which members looked. */
function looking(): Pick<Segmenters, 'withModel'> & { readonly judges: (readonly number[] | undefined)[] } {
  const judges: (readonly number[] | undefined)[] = [];
  return {
    judges,
    withModel: (model, use) =>
      use({
        imageSize: 128,
        network: 'unet-compact',
        picture: 'plain',
        parameters: 1,
        threshold: model.threshold,
        looks: { flips: 'none', sizes: [1] },
        predict: () => Promise.resolve([mapOf(0.4)]),
        lookAt: (_image, _signal, members) => {
          judges.push(members);
          const apart = judges.length / 100;
          return Promise.resolve([mapOf(0.4 - apart), mapOf(0.4 + apart)]);
        },
        dispose: () => undefined,
      }),
  };
}

const events: OutgoingEvent[] = [];
const make = (segmenters: Pick<Segmenters, 'withModel'>, request: Partial<modelsV1.MakeEnsembleRequest>) =>
  makeEnsemble(
    { modelVersionIds: [], flips: '', sizes: [], ...request },
    {
      catalogue: bench.catalogue,
      blobs: bench.blobs,
      segmenters,
      commit: async (_cause, { write, emit }) => {
        const written = await bench.catalogue.transaction(write);
        events.push(...(emit?.(written) ?? []));
        return written;
      },
    },
    () => undefined,
    never,
  );

const serviceOf = (segmenters: Pick<Segmenters, 'withModel'>) =>
  predictionService({
    catalogue: bench.catalogue,
    blobs: bench.blobs,
    segmenters,
    stopping: never,
    commit: (_cause, { write }) => bench.catalogue.transaction(write),
  });
const requestOf = (name: string, modelVersionId: string) => ({
  ...predictionV1.PredictRequest.create(),
  source: { $case: 'view' as const, value: viewRefCodec.toProto(caseOf(name).view) },
  modelVersionId,
});

const evaluate = (segmenters: Pick<Segmenters, 'withModel'>, request: Partial<predictionV1.EvaluateModelsRequest>) =>
  evaluateModels(
    predictionV1.EvaluateModelsRequest.fromPartial({ bootstrapSamples: 20, ...request }),
    { catalogue: bench.catalogue, blobs: bench.blobs, segmenters, commit: (_cause, { write }) => bench.catalogue.transaction(write) },
    () => undefined,
    never,
  );

/** Three folds: each patient trains two, or validates one of the two. */
async function publishFolds() {
  const [a, b, c] = [patients.slice(0, 2), patients.slice(2, 4), patients.slice(4, 6)];
  const folds = [
    await publishModel(bench, a, {}, { training: b, validation: c }),
    await publishModel(bench, b, {}, { training: c, validation: a }),
    await publishModel(bench, c, {}, { training: a, validation: b }),
  ];
  return folds.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

test('folds make a version: each judged on patients that it did not train on; nobody is left to evaluate it on', async () => {
  for (const name of names) await prepareCase(bench, name, lesion);
  const folds = await publishFolds();
  const ids = folds.map(({ id }) => id);
  const segmenters = looking();
  const id = await make(segmenters, { modelVersionIds: ids });

  const learnt = await Promise.all(folds.map(async (fold) => (await bench.catalogue.split(fold.splitHash))?.training ?? []));
  expect(segmenters.judges).toEqual(patients.map((patient) => [0, 1, 2].filter((index) => learnt[index]?.includes(patient) === false)));
  const model = (await bench.catalogue.model(id)) ?? expect.unreachable('no version');
  expect(model).toMatchObject({ memberIds: ids, parameters: 3, network: 'unet-compact', imageSize: 128, aliases: [] });
  expect(parseEnsemble(await bench.blobs.get(model.weights))).toEqual({
    flips: 'all',
    sizes: [1],
    members: folds.map((fold) => ({ id: fold.id, weights: fold.weights })),
  });
  // Of six disagreements that grow evenly the .8 quantile is the fifth's.
  expect(model.abstainAbove).toBeCloseTo((0.8 * 0.05) / (0.8 ** 2 - 0.05 ** 2), 5);
  expect(modelPublished.decode(events.at(-1)?.payload ?? new Uint8Array())).toEqual({ modelVersionId: id, runId: model.runId });
  expect(await bench.catalogue.trainingRun(model.runId)).toMatchObject({ state: 'SUCCEEDED', modelVersionId: id });

  expect(await bench.catalogue.split(model.splitHash)).toMatchObject({ training: patients, validation: [], test: [] });
  await expect(evaluate(segmenters, { modelVersionIds: [id] })).rejects.toThrow(/no patient whom no member of .* learnt from/);
  await expect(evaluate(segmenters, { modelVersionIds: [ids[0] ?? ''], againstModelVersionIds: [id] })).rejects.toThrow(/learnt from/);

  const flagOf = async (name: string, by: Pick<Segmenters, 'withModel'>) =>
    (await serviceOf(by).predict(requestOf(name, id), context)).prediction?.isAbstained;
  expect(await flagOf(names[0] ?? '', looking())).toBe(false);
  expect(await flagOf(names[1] ?? '', segmenters)).toBe(true);

  // The same members are the same version, in whatever order; other flips are another.
  const looks = segmenters.judges.length;
  expect(await make(segmenters, { modelVersionIds: ids.toReversed() })).toBe(id);
  expect(segmenters.judges).toHaveLength(looks);
  expect(await make(segmenters, { modelVersionIds: ids, flips: 'across' })).not.toBe(id);
  expect(await make(segmenters, { modelVersionIds: ids, sizes: [1] })).toBe(id);
  const halfToo = await make(segmenters, { modelVersionIds: ids, sizes: [0.5, 1] });
  expect(halfToo).not.toBe(id);
  expect(await make(segmenters, { modelVersionIds: ids, sizes: [1, 0.5, 1] })).toBe(halfToo);
});

test('an ensemble of each fold, its members of several seeds: all patients are evaluated, each by the ensemble that kept the patient for its test', async () => {
  for (const name of names) await prepareCase(bench, name, lesion);
  const segmenters = looking();
  const sides = [patients.slice(0, 2), patients.slice(2, 4), patients.slice(4, 6)];
  const ensembles: string[] = [];
  for (const [fold, test] of sides.entries()) {
    const [one, other] = sides.filter((_, index) => index !== fold);
    const members = [
      await publishModel(bench, test, {}, { training: one ?? [], validation: other ?? [] }),
      await publishModel(bench, test, {}, { training: other ?? [], validation: one ?? [] }),
    ];
    ensembles.push(await make(segmenters, { modelVersionIds: members.map(({ id }) => id) }));
  }
  const { perView } = await evaluate(segmenters, { modelVersionIds: ensembles });
  expect(perView.map(({ case: name, modelVersionId }) => [name, modelVersionId])).toEqual(
    names.map((name, index) => [name, ensembles[Math.floor(index / 2)]]),
  );
});

test('looks in the sizes in which its members do by themselves, where none are asked for', async () => {
  await prepareCase(bench, names[0] ?? '', lesion);
  const validation = patients.slice(0, 1);
  const members = [
    await publishModel(bench, [], {}, { validation }, { looks: { flips: 'all', sizes: [1, 0.5] } }),
    await publishModel(bench, [], {}, { validation }, { looks: { flips: 'none', sizes: [0.75] } }),
  ];
  const model = await bench.catalogue.model(await make(looking(), { modelVersionIds: members.map(({ id }) => id) }));
  expect(parseEnsemble(await bench.blobs.get(model?.weights ?? expect.unreachable()))).toMatchObject({
    flips: 'all',
    sizes: [1, 0.75, 0.5],
  });
});

test('is not judged on what an older version prepared, without the picture that its members see', async () => {
  const [name = '', older = ''] = names;
  await prepareCase(bench, name, lesion);
  await prepareAsBefore(bench, await prepareCase(bench, older, lesion));
  const member = await publishModel(bench, [], {}, { validation: patients.slice(0, 2) });
  const segmenters = looking();
  const model = await bench.catalogue.model(await make(segmenters, { modelVersionIds: [member.id] }));
  expect(segmenters.judges).toHaveLength(1);
  expect((await bench.catalogue.trainingRun(model?.runId ?? member.runId))?.options).toMatchObject({ validationViews: 1 });
});

test('refuses what makes no ensemble, by the name of the field', async () => {
  const segmenters = looking();
  const plain = await publishModel(bench, [], {}, { validation: patients.slice(0, 1) });
  const masses = await publishModel(bench, [], { abnormalityKind: 'MASS' });
  const refused = async (message: RegExp, ...modelVersionIds: string[]) => {
    await expect(make(segmenters, { modelVersionIds })).rejects.toMatchObject({
      kind: 'invalid',
      field: 'model_version_ids',
      message: expect.stringMatching(message) as string,
    });
  };
  await refused(/no members/);
  await refused(/twice/, plain.id, plain.id);
  await refused(/different kinds/, plain.id, masses.id);
  await refused(/no prepared mammogram/, plain.id);
  await refused(/at most 20/, ...Array.from({ length: 21 }, () => plain.id));
  await expect(make(segmenters, { modelVersionIds: [plain.id], flips: 'twice' })).rejects.toMatchObject({ field: 'flips' });
  for (const sizes of [[0], [3], [Number.NaN], [1, 0.9, 0.8, 0.7, 0.6]])
    await expect(make(segmenters, { modelVersionIds: [plain.id], sizes })).rejects.toMatchObject({ kind: 'invalid', field: 'sizes' });
  await prepareCase(bench, names[0] ?? '', lesion);
  await refused(/an ensemble/, await make(segmenters, { modelVersionIds: [plain.id] }));
});

test('real networks of several sides: predicts the mean of its members, says how they disagree, draws it, and lets go of them', async () => {
  const backend = await openBackend('auto');
  const name = names[0] ?? '';
  await prepareCase(bench, name, lesion);
  const memberOf = async (seed: number, imageSize: number, looks?: Looks) => {
    const network = createNetwork(backend, 'unet-compact', { seed });
    const file = serializeWeights({
      network: 'unet-compact',
      imageSize,
      threshold: 0.5,
      ...(looks === undefined ? {} : { looks }),
      weights: await readWeights(network),
    });
    network.dispose();
    return publishModel(
      bench,
      [],
      { imageSize, weights: await bench.blobs.put(file) },
      { validation: patients.slice(0, 1), training: patients.slice(1, 2) },
    );
  };
  const members = [await memberOf(1, 64), await memberOf(2, 128), await memberOf(3, 96)];
  const before = backend.tf.memory().numTensors;
  const segmenters = openSegmenters(() => Promise.resolve(tensorflowEngine(backend, 'for the spec')), bench.blobs);
  const id = await make(segmenters, { modelVersionIds: members.map((member) => member.id) });
  expect(await bench.catalogue.model(id)).toMatchObject({ imageSize: 128 });
  const service = serviceOf(segmenters);
  const request = requestOf(name, id);
  const { prediction } = await service.predict(request, context);
  expect(prediction?.uncertainty).toBeGreaterThan(0);
  // One validation mammogram is too few to choose a limit on.
  expect(prediction?.isAbstained).toBeUndefined();
  const map = await decodePng(prediction?.uncertaintyMapPng ?? new Uint8Array());
  expect(map).toMatchObject({ rows: 600, columns: 400 });
  expect(map.data.some((value) => value > 0)).toBe(true);
  const { view, abnormalityKind } = caseOf(name);
  const stored = await bench.catalogue.predictionOf(view, abnormalityKind, (await bench.catalogue.model(id))?.id ?? expect.unreachable());
  expect(stored?.uncertainty?.value).toBe(prediction?.uncertainty);
  const predictedBy = async (modelVersionId: string) => (await service.predict({ ...request, modelVersionId }, context)).prediction;
  expect((await predictedBy(members[0]?.id ?? ''))?.uncertainty).toBeUndefined();

  // A network that was trained to look at mirror images does so by itself, and is asked for one look by a version of its own.
  const mirrored = await memberOf(4, 64, { flips: 'all', sizes: [1] });
  const { probability, uncertainty } = (await predictedBy(mirrored.id)) ?? expect.unreachable('no prediction');
  expect(uncertainty).toBeGreaterThan(0);
  expect(await predictedBy(await make(segmenters, { modelVersionIds: [mirrored.id] }))).toMatchObject({ probability, uncertainty });
  const once = await predictedBy(await make(segmenters, { modelVersionIds: [mirrored.id], flips: 'none' }));
  expect(once?.uncertainty).toBeUndefined();
  expect(once?.probability).not.toBe(probability);
  await segmenters.close();
  await Promise.resolve();
  expect(backend.tf.memory().numTensors).toBe(before);
});
