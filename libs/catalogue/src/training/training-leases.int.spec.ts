import { newUuid, type Uuid } from '@mammoline/kernel';
import { createTestDatabase } from '@mammoline/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { modelOf, queueRun, splitOf, tableRow, useCatalogue } from '../spec-fixtures.ts';

const longMs = 60_000;

describe('trainingLeases', () => {
  const catalogue = useCatalogue(createTestDatabase);
  const finish = (id: Awaited<ReturnType<typeof queueRun>>) =>
    catalogue().transaction((tx) => tx.updateTrainingRun(id, { state: 'SUCCEEDED' }));

  it('give one run at a time to one owner, the oldest first', async () => {
    expect(await catalogue().trainingLeases.acquire('a', longMs)).toBeUndefined();
    const first = await queueRun(catalogue());
    const second = await queueRun(catalogue());
    const taken = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => catalogue().trainingLeases.acquire(owner, longMs)));
    expect(taken.filter((run) => run !== undefined)).toMatchObject([{ id: first, state: 'RUNNING', attempts: 1, options: { epochs: 2 } }]);
    await finish(first);
    expect(await catalogue().trainingLeases.acquire('b', longMs)).toMatchObject({ id: second });
    await finish(second);
  });

  it('give the run that is named, and no other', async () => {
    const [first, second] = [await queueRun(catalogue()), await queueRun(catalogue())];
    const { trainingLeases } = catalogue();
    expect(await trainingLeases.acquire('a', longMs, newUuid())).toBeUndefined();
    expect(await trainingLeases.acquire('a', longMs, second)).toMatchObject({ id: second });
    expect(await trainingLeases.acquire('b', longMs, first)).toBeUndefined();
    for (const id of [second, first]) await finish(id);
  });

  it('pass to another owner after they expired, and a late beat does not bring them back', async () => {
    const id = await queueRun(catalogue());
    const { trainingLeases } = catalogue();
    await trainingLeases.acquire('slow', longMs);
    expect(await trainingLeases.beat(id, 'other', longMs)).toBe(false);
    expect(await trainingLeases.beat(id, 'slow', longMs)).toBe(true);
    await expire(id, catalogue().url);
    expect(await trainingLeases.beat(id, 'slow', longMs)).toBe(false);
    expect(await trainingLeases.acquire('quick', longMs)).toMatchObject({ id, attempts: 2 });
    expect(await trainingLeases.beat(id, 'slow', longMs)).toBe(false);
    expect(await trainingLeases.beat(id, 'quick', longMs)).toBe(true);
    await finish(id);
  });

  it('go back to the queue when their owner gives them up, and only then', async () => {
    const id = await queueRun(catalogue());
    const { trainingLeases } = catalogue();
    await trainingLeases.acquire('a', longMs);
    await trainingLeases.release(id, 'b', 'unspent');
    expect(await catalogue().trainingRun(id)).toMatchObject({ state: 'RUNNING' });
    await trainingLeases.release(id, 'a', 'unspent');
    expect(await catalogue().trainingRun(id)).toMatchObject({ state: 'QUEUED' });
    expect(await trainingLeases.acquire('b', longMs)).toMatchObject({ id, attempts: 1 });
    await trainingLeases.release(id, 'b', 'spent');
    expect(await trainingLeases.acquire('b', longMs)).toMatchObject({ id, attempts: 2 });
    await finish(id);
    expect(await trainingLeases.beat(id, 'b', longMs)).toBe(false);
  });

  it('end with a run that is cancelled, which no late result brings back', async () => {
    const { trainingLeases } = catalogue();
    const cancel = (id: Uuid) => catalogue().transaction((tx) => tx.cancelTrainingRun(id));
    const [running, queued] = [await queueRun(catalogue()), await queueRun(catalogue())];
    await trainingLeases.acquire('a', longMs);
    expect([await cancel(queued), await cancel(running), await cancel(running), await cancel(newUuid())]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(await trainingLeases.beat(running, 'a', longMs)).toBe(false);
    await expect(finish(running)).rejects.toThrow(/or it has ended/);
    await trainingLeases.release(running, 'a', 'spent');
    for (const id of [running, queued]) expect(await catalogue().trainingRun(id)).toMatchObject({ state: 'FAILED', error: 'cancelled' });
    expect(await trainingLeases.acquire('b', longMs)).toBeUndefined();
  });
});

/** As if the time had passed. */
async function expire(id: Uuid, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`UPDATE "TrainingRun" SET "leaseExpiresAt" = now() - interval '1 second' WHERE id = $1`, [id]);
  await client.end();
}

describe('a training run', () => {
  const catalogue = useCatalogue(createTestDatabase);

  it('keeps its progress, its epochs once each, and its model', async () => {
    const id = await queueRun(catalogue());
    await queueRun(catalogue(), id);
    const epoch = { epoch: 1, loss: 0.5, validationLoss: 0.6, validationDice: 0.1, validationIou: 0.05, seconds: 2 };
    await catalogue().transaction(async (tx) => {
      await tx.updateTrainingRun(id, { state: 'RUNNING', steps: 10, stepsDone: 4, checkpoint: { epoch: 1 } });
      await tx.saveEpoch(id, { ...epoch, loss: 9 });
      await tx.saveEpoch(id, epoch);
      await tx.updateTrainingRun(id, { stepsDone: 5 });
    });
    const running = await catalogue().trainingRun(id);
    expect(running).toMatchObject({
      state: 'RUNNING',
      steps: 10,
      stepsDone: 5,
      checkpoint: { epoch: 1 },
      epochs: [epoch],
      modelVersionId: undefined,
    });

    const model = modelOf(id);
    await catalogue().transaction((tx) => tx.insertModelVersion(model));
    await catalogue().transaction((tx) => tx.insertModelVersion(model));
    expect((await catalogue().trainingRun(id))?.modelVersionId).toBe(model.id);
    const stored = await catalogue().model(model.id);
    expect(stored).toEqual({ ...model, createdAt: stored?.createdAt, aliases: ['champion'] });
    expect(await catalogue().modelOfAlias('champion')).toEqual(stored);
    expect(await catalogue().split(model.splitHash)).toEqual(splitOf('split'));
  });

  it('is invalid to change where there is none', async () => {
    await expect(catalogue().transaction((tx) => tx.updateTrainingRun(newUuid(), { steps: 1 }))).rejects.toMatchObject({ kind: 'invalid' });
  });
});

describe('patientTraits', () => {
  const catalogue = useCatalogue(createTestDatabase);

  it('tell the worst pathology of a patient, and whether a view has several abnormalities of one kind', async () => {
    await catalogue().transaction((tx) =>
      tx.saveTableRows([
        tableRow('Mass-Training_P_00001_LEFT_CC', 1),
        tableRow('Mass-Training_P_00001_LEFT_CC', 2, { pathology: 'MALIGNANT' }),
        tableRow('Mass-Training_P_00002_LEFT_CC', 1, { pathology: 'BENIGN_WITHOUT_CALLBACK' }),
        tableRow('Mass-Training_P_00002_LEFT_MLO', 1),
        tableRow('Calc-Training_P_00002_LEFT_MLO', 1, { pathology: 'MALIGNANT' }),
      ]),
    );
    expect(await catalogue().patientTraits('MASS')).toEqual([
      { patient: 'P_00001', pathology: 'MALIGNANT', hasSeveral: true },
      { patient: 'P_00002', pathology: 'BENIGN', hasSeveral: false },
    ]);
    expect(await catalogue().patientTraits(undefined)).toMatchObject([{}, { pathology: 'MALIGNANT', hasSeveral: false }]);
  });
});

describe('evaluations', () => {
  const catalogue = useCatalogue(createTestDatabase);

  it('keep the last of each model version', async () => {
    const model = modelOf(await queueRun(catalogue()));
    await catalogue().transaction(async (tx) => {
      await tx.insertModelVersion(model);
      await tx.saveEvaluation({ modelVersionId: model.id, evaluation: { views: 1 } });
      await tx.saveEvaluation({ modelVersionId: model.id, evaluation: { views: 2 } });
    });
    expect(await catalogue().evaluation(model.id)).toMatchObject({ modelVersionId: model.id, evaluation: { views: 2 } });
    expect(await catalogue().evaluation(newUuid())).toBeUndefined();
  });
});
