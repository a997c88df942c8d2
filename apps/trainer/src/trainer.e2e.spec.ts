import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { openBlobStore } from '@mammoline/blobs';
import { openCatalogue, type Catalogue, type CatalogueTx } from '@mammoline/catalogue';
import { trainingV1 } from '@mammoline/contracts';
import { encodeMaskPng, encodePng, preparationRecipe, recipeHash } from '@mammoline/imaging';
import { newUuid, parseCaseName, parseUuid, sha256Of, viewKey, type Uuid } from '@mammoline/kernel';
import { parseWeights } from '@mammoline/segmentation';
import { createTestDatabase, startService, type RunningService, type TestDatabase } from '@mammoline/testing';
import { ClientError, Status } from 'nice-grpc';
import { afterAll, beforeAll, expect, test } from 'vitest';

type Trainer = RunningService<trainingV1.TrainingServiceDefinition>;

const program = join(import.meta.dirname, 'main.ts');
const side = 64;
/** The smallest run that has a middle to be killed in. */
const small: trainingV1.DeepPartial<trainingV1.StartTrainingRequest> = { imageSize: 32, epochs: 4, batchSize: 4, seed: 7n };

let database: TestDatabase;
let catalogue: Catalogue;
let directory: string;

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = await openCatalogue({ url: database.url });
  directory = await mkdtemp(join(tmpdir(), 'mammoline-trainer-'));
  for (let patient = 1; patient <= 10; patient += 1)
    await prepareView(patient, `Mass-${patient <= 7 ? 'Training' : 'Test'}_P_${String(patient).padStart(5, '0')}_LEFT_CC`);
});

afterAll(async () => {
  await catalogue.close();
  await database.drop();
  await rm(directory, { recursive: true });
});

const start = (name: string, environment: Readonly<Record<string, string>> = {}): Promise<Trainer> =>
  startService(program, trainingV1.TrainingServiceDefinition, { postgresUrl: database.url, directory, name, environment });

test('trains, tells how it goes, publishes one model, and lists it', async () => {
  const trainer = await start('trains');
  try {
    const run = await trainer.client.startTraining({ ...small, requestId: 'spec' });
    expect(await trainer.client.startTraining({ ...small, requestId: 'spec' })).toEqual(run);
    expect(run).toMatchObject({ trainingViews: 6, validationViews: 1, testViews: 3 });
    const { modelId, epochs } = await watch(trainer, run.runId);
    expect(epochs).toEqual([1, 2, 3, 4]);

    const { model } = await trainer.client.getModel({ modelVersionId: modelId });
    expect(model).toMatchObject({ runId: run.runId, network: 'unet-compact', imageSize: 32, splitHash: run.splitHash });
    expect(model?.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    const { models } = await trainer.client.listModels({ pageSize: 1 });
    expect(models.map(({ id }) => id)).toContain(modelId);
    // Told again from the beginning to one who comes late.
    expect((await watch(trainer, run.runId)).epochs).toEqual([1, 2, 3, 4]);
  } finally {
    await trainer.stop();
  }
});

test('killed in the middle of a run, goes on from its checkpoint and ends with the weights of a run that was not killed', async () => {
  const first = await start('killed');
  const undisturbed = await watch(first, (await first.client.startTraining(small)).runId);
  const { runId } = await first.client.startTraining(small);
  for await (const { epoch } of first.client.watchTraining({ runId })) if (epoch?.epoch === 2) break;
  await first.kill();
  expect(await catalogue.trainingRun(parseUuid(runId))).toMatchObject({ state: 'RUNNING' });
  // A step that is under way ends first, which takes its time on a busy machine.
  await expect.poll(() => trainingProcesses().filter(({ parent }) => parent === 1), { timeout: 60_000 }).toEqual([]);

  const second = await start('healed');
  try {
    const resumed = await watch(second, runId);
    expect(resumed.epochs).toEqual([1, 2, 3, 4]);
    expect(await catalogue.trainingRun(parseUuid(runId))).toMatchObject({
      state: 'SUCCEEDED',
      attempts: 2,
      provenance: {
        codeVersion: expect.any(String) as string,
        backend: expect.any(String) as string,
        data: { trainingPairs: 6, validationPairs: 1 },
      },
    });
    const [a, b] = await Promise.all([undisturbed.modelId, resumed.modelId].map(weightsOf));
    expect(largestDifference(a, b)).toBeLessThan(1e-4);
  } finally {
    await second.stop();
  }
});

test('Ctrl-C leaves the checkpoint of the last whole epoch, and the run goes on from it', async () => {
  // A step that is under way ends first, which takes its time on a busy machine.
  const first = await start('interrupted', { MAMMOLINE_GRACE_MS: '60000' });
  const { runId } = await first.client.startTraining({ ...small, epochs: 8 });
  for await (const { epoch } of first.client.watchTraining({ runId })) if (epoch?.epoch === 2) break;
  for (const { pid } of trainingProcesses()) process.kill(pid, 'SIGINT');
  await first.interrupt();
  expect(trainingProcesses()).toEqual([]);
  const left = (await catalogue.trainingRun(parseUuid(runId))) ?? expect.unreachable('no run');
  expect(left).toMatchObject({ state: 'QUEUED', attempts: 0, checkpoint: { uri: expect.any(String) as string } });
  const epochsLeft = left.epochs.length;
  expect(epochsLeft).toBeGreaterThanOrEqual(2);

  const second = await start('resumed');
  try {
    expect((await watch(second, runId)).epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const ended = await catalogue.trainingRun(parseUuid(runId));
    expect(ended).toMatchObject({ state: 'SUCCEEDED', attempts: 1 });
    // What was done before is not done again.
    expect(ended?.epochs.slice(0, epochsLeft)).toEqual(left.epochs);
  } finally {
    await second.stop();
  }
});

test('a run is cancelled, waiting or under way, and the trainer goes on with the next', async () => {
  const trainer = await start('cancels');
  const { client } = trainer;
  try {
    const { runId } = await client.startTraining({ ...small, epochs: 10_000 });
    const waiting = (await client.startTraining(small)).runId;
    const next = (await client.startTraining({ ...small, epochs: 1 })).runId;
    for await (const { epoch } of client.watchTraining({ runId })) if (epoch !== undefined) break;
    const cancelled = { state: trainingV1.RunState.RUN_STATE_FAILED, wasUnderWay: true };
    for (const id of [waiting, runId]) expect(await client.cancelTraining({ runId: id })).toEqual(cancelled);
    expect(await client.cancelTraining({ runId })).toEqual({ ...cancelled, wasUnderWay: false });
    for (const id of [waiting, runId]) await expect(watch(trainer, id)).rejects.toThrow('the run failed: cancelled');
    expect((await watch(trainer, next)).epochs).toEqual([1]);
    expect(await catalogue.trainingRun(parseUuid(runId))).toMatchObject({ state: 'FAILED', modelVersionId: undefined });
    await expectStatus(client.cancelTraining({ runId: newUuid() }), Status.NOT_FOUND, 'no training run');
  } finally {
    await trainer.stop();
  }
});

test('two trainers at once train a run once', async () => {
  const trainers = await Promise.all([start('one'), start('two')]);
  try {
    const { runId } = await trainers[0].client.startTraining(small);
    await watch(trainers[1], runId);
    expect(await catalogue.trainingRun(parseUuid(runId))).toMatchObject({ state: 'SUCCEEDED', attempts: 1 });
  } finally {
    await Promise.all(trainers.map((trainer) => trainer.stop()));
  }
});

test('--once trains the run that is named and ends, by its outcome', { timeout: 300_000 }, async () => {
  const trainer = await start('asked', { MAMMOLINE_TRAIN_HERE: 'false' });
  const [older, named] = [(await trainer.client.startTraining(small)).runId, (await trainer.client.startTraining(small)).runId];
  await trainer.stop();
  expect(await catalogue.trainingRun(parseUuid(older))).toMatchObject({ state: 'QUEUED' });
  await catalogue.transaction((tx) => tx.updateTrainingRun(parseUuid(older), { state: 'FAILED', error: 'the spec says so' }));
  expect(await trainOnce(named)).toBe(0);
  expect(await catalogue.trainingRun(parseUuid(named))).toMatchObject({ state: 'SUCCEEDED' });
  // Again: a job that is started anew finds it done.
  expect(await trainOnce(named)).toBe(0);
  expect(await trainOnce(older)).toBe(1);
  expect(await trainOnce('00000000-0000-8000-8000-000000000000')).toBe(1);
});

test('refuses bad input by the name of the field, and ids that name nothing', async () => {
  const trainer = await start('refuses');
  const nothing = '00000000-0000-8000-8000-000000000000';
  const { client } = trainer;
  try {
    await expectStatus(client.startTraining({ network: 'resnet' }), Status.INVALID_ARGUMENT, 'network');
    await expectStatus(
      client.startTraining({ recipe: 'large' }),
      Status.INVALID_ARGUMENT,
      'recipe: found "large", expected compact, pretrained, seed',
    );
    await expectStatus(client.startTraining({ recipe: 'seed', network: 'unet-compact' }), Status.INVALID_ARGUMENT, 'the recipe seed has');
    await expectStatus(client.startTraining({ backend: 'gpu' }), Status.INVALID_ARGUMENT, 'expected auto, cuda, webgpu');
    const encoderWeights = { sha256: sha256Of('weights'), sizeBytes: 7n, uri: 'cas:weights' };
    await expectStatus(client.startTraining({ encoderWeights }), Status.INVALID_ARGUMENT, 'none for the recipe compact');
    await expectStatus(client.startTraining({ recipe: 'pretrained' }), Status.INVALID_ARGUMENT, 'which the recipe pretrained goes on from');
    for (const change of [{ seed: 2n ** 60n }, { splitSeed: 2n ** 60n }])
      await expectStatus(client.startTraining(change), Status.INVALID_ARGUMENT, 'eed: found 1152921504606846976, expected 0 to');
    await expectStatus(client.startTraining({ imageSize: 100 }), Status.INVALID_ARGUMENT, 'image_size');
    await expectStatus(client.startTraining({ learningRate: 2 }), Status.INVALID_ARGUMENT, 'learning_rate');
    await expectStatus(client.startTraining({ abnormalityKind: 2 }), Status.INVALID_ARGUMENT, 'no prepared view');
    await expectStatus(client.getModel({ modelVersionId: 'x' }), Status.INVALID_ARGUMENT, 'not an id');
    await expectStatus(client.getModel({ modelVersionId: nothing }), Status.NOT_FOUND, nothing);
    await expectStatus(client.watchTraining({ runId: nothing })[Symbol.asyncIterator]().next(), Status.NOT_FOUND, nothing);
    await expectStatus(client.listModels({ pageSize: 5000 }), Status.INVALID_ARGUMENT, 'page_size');
  } finally {
    await trainer.stop();
  }
});

test('views of an older version are waited for; those that could not be prepared anew are left out', async () => {
  const trainer = await start('older');
  const { client } = trainer;
  await prepareView(11, 'Mass-Training_P_00001_RIGHT_CC');
  const prepared = (await catalogue.preparedViews(undefined)).find(({ view }) => view.laterality === 'RIGHT') ?? expect.unreachable();
  try {
    await catalogue.transaction((tx) => tx.savePreparedView({ ...prepared, plain: undefined }));
    await expectStatus(client.startTraining(small), Status.INVALID_ARGUMENT, 'found 1 of 11 views without a picture of before');
    await catalogue.transaction((tx) => tx.saveDeadLetter(deadLetterOf(viewKey(prepared.view))));
    const run = await client.startTraining({ ...small, epochs: 1 });
    expect(run).toMatchObject({ trainingViews: 6, validationViews: 1, testViews: 3, leftOutViews: 1 });
    expect((await watch(trainer, run.runId)).epochs).toEqual([1]);
    await catalogue.transaction((tx) => tx.savePreparedView(prepared));
    await catalogue.transaction((tx) => tx.markReplayed(undefined));
    const { runId, ...whole } = await client.startTraining({ ...small, epochs: 1 });
    expect(whole).toMatchObject({ trainingViews: 7, leftOutViews: 0 });
    await watch(trainer, runId);
  } finally {
    await trainer.stop();
  }
});

test('does not start with a backend that there is not, so that no run is spent on it', async () => {
  const starting = promisify(execFile)(process.execPath, [program], {
    env: { ...process.env, MAMMOLINE_POSTGRES_URL: database.url, MAMMOLINE_BLOBS_URL: 'file:///nowhere', MAMMOLINE_BACKEND: 'gpu' },
  });
  await expect(starting).rejects.toThrow(/MAMMOLINE_BACKEND: found "gpu"/);
});

async function trainOnce(runId: string): Promise<number> {
  const child = spawn(process.execPath, [program, '--once', runId], {
    env: {
      ...process.env,
      MAMMOLINE_POSTGRES_URL: database.url,
      MAMMOLINE_BLOBS_URL: pathToFileURL(join(directory, 'blobs')).href,
      MAMMOLINE_LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

const deadLetterOf = (key: string): Parameters<CatalogueTx['saveDeadLetter']>[0] => ({
  stage: 'preprocessor',
  key,
  eventId: newUuid(),
  topic: 'mammoline.image.catalogued.v1',
  source: 'spec',
  traceparent: undefined,
  payload: new Uint8Array(),
  eventTime: new Date(),
  errorKind: 'invalid',
  error: 'the file is cut short',
  attempts: 1,
});

/** A prepared pair: one bright disc on a dim breast. @param number of which no two may be the same */
async function prepareView(number: number, caseName: string): Promise<void> {
  const blobs = await openBlobStore(pathToFileURL(join(directory, 'blobs')).href);
  const image = new Uint8Array(side * side);
  const mask = new Uint8Array(side * side);
  for (let at = 0; at < image.length; at += 1) {
    const isTumour = Math.hypot((at % side) - 20 - number, Math.floor(at / side) - 30) < 7;
    image[at] = at % side > 50 ? 0 : isTumour ? 220 : 80 + ((at * 7 + number) % 20);
    mask[at] = isTumour ? 1 : 0;
  }
  const caseRef = parseCaseName(caseName) ?? expect.unreachable('no case name');
  const imageBlob = await blobs.put(await encodePng({ rows: side, columns: side, data: image }));
  const maskBlob = await blobs.put(await encodeMaskPng({ rows: side, columns: side, data: mask }));
  await catalogue.transaction(async (tx) => {
    await tx.saveImage({
      blob: imageBlob,
      sourcePath: `${String(number)}.dcm`,
      header: {
        sopInstanceUid: `1.2.${String(number)}`,
        seriesInstanceUid: `1.3.${String(number)}`,
        rows: side,
        columns: side,
        bitsAllocated: 8,
        bitsStored: 8,
        photometric: 'MONOCHROME2',
        pixelSpacingMm: undefined,
      },
      case: caseRef,
      kind: 'FULL',
      abnormalityNumber: undefined,
      evidence: 'the spec says so',
    });
    await tx.savePreparedView({
      view: caseRef,
      abnormalityKind: caseRef.kind,
      officialSplit: caseRef.split,
      inputsHash: sha256Of(String(number)),
      recipeHash: recipeHash(preparationRecipe),
      geometry: {},
      image: imageBlob,
      plain: imageBlob,
      mask: maskBlob,
    });
  });
}

async function watch(trainer: Trainer, runId: string): Promise<{ readonly modelId: Uuid; readonly epochs: readonly number[] }> {
  const epochs: number[] = [];
  for await (const { epoch, state, error, modelVersionId } of trainer.client.watchTraining({ runId })) {
    if (epoch !== undefined) epochs.push(epoch.epoch);
    if (state === trainingV1.RunState.RUN_STATE_FAILED) throw new Error(`the run failed: ${error}`);
    if (modelVersionId !== '') return { modelId: parseUuid(modelVersionId), epochs };
  }
  throw new Error('the run ended without a model');
}

async function weightsOf(modelId: Uuid): Promise<ReturnType<typeof parseWeights>['weights']> {
  const model = (await catalogue.model(modelId)) ?? expect.unreachable('no model');
  const blobs = await openBlobStore(pathToFileURL(join(directory, 'blobs')).href);
  return parseWeights(await blobs.get(model.weights)).weights;
}

function largestDifference(a: Awaited<ReturnType<typeof weightsOf>> | undefined, b: typeof a): number {
  let largest = 0;
  for (const [name, array] of a ?? expect.unreachable('no weights')) {
    const other = b?.get(name)?.values ?? expect.unreachable(`no ${name}`);
    array.values.forEach((value, at) => (largest = Math.max(largest, Math.abs(value - (other[at] ?? Number.NaN)))));
  }
  return largest;
}

/** Of this checkout. One whose parent is gone has the parent 1. */
function trainingProcesses(): readonly { readonly pid: number; readonly parent: number }[] {
  const lines = execFileSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => line.includes(join(import.meta.dirname, 'run', 'train.ts')))
    .map((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      return { pid: pid ?? Number.NaN, parent: parent ?? Number.NaN };
    });
}

async function expectStatus(call: Promise<unknown>, status: Status, words: string): Promise<void> {
  const error = await call.then(
    () => expect.unreachable('the call succeeded'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ClientError);
  expect(error).toMatchObject({ code: status });
  expect((error as ClientError).details).toContain(words);
}
