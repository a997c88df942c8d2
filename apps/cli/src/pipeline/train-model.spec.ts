import { trainingV1 } from '@mammoline/contracts';
import type { Client } from 'nice-grpc';
import { afterEach, expect, it, vi } from 'vitest';
import type { LaptopClients } from '../clients/laptop-clients.ts';
import { trainModel } from './train-model.ts';

const { RUN_STATE_QUEUED, RUN_STATE_RUNNING, RUN_STATE_SUCCEEDED } = trainingV1.RunState;
const progress = { update: () => undefined, close: () => undefined };

/** A trainer that goes through states, each for a time. */
function clientsOf(
  states: readonly (readonly [trainingV1.RunState, number])[],
  { crossingPatients = [], leftOutViews = 0 }: Partial<trainingV1.StartTrainingResponse> = {},
): LaptopClients {
  const client = {
    startTraining: () => Promise.resolve({ runId: 'run', crossingPatients, leftOutViews }),
    watchTraining: async function* () {
      for (const [state, ms] of states) {
        yield { state, steps: 0, stepsDone: 0, epochs: 1, modelVersionId: 'model', error: '' };
        await new Promise((resolve) => setTimeout(resolve, ms));
      }
    },
  } as unknown as Client<trainingV1.TrainingServiceDefinition>;
  return { call: (_endpoint, work) => work(client as never), close: () => undefined };
}

async function said(clients: LaptopClients): Promise<readonly string[]> {
  vi.useFakeTimers();
  const lines: string[] = [];
  const training = trainModel(
    clients,
    {},
    progress,
    (text) => lines.push(text),
    () => undefined,
    new AbortController().signal,
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await training).toBe('model');
  expect(vi.getTimerCount()).toBe(0);
  return lines;
}
afterEach(() => {
  vi.useRealTimers();
});

it('says once that a run waits behind another', async () => {
  const waits = await said(
    clientsOf([
      [RUN_STATE_QUEUED, 30_000],
      [RUN_STATE_RUNNING, 10],
      [RUN_STATE_SUCCEEDED, 0],
    ]),
  );
  expect(waits).toEqual([expect.stringMatching(/waiting: an earlier training run/)]);
});

it('says nothing where it begins at once', async () => {
  expect(
    await said(
      clientsOf([
        [RUN_STATE_QUEUED, 1_000],
        [RUN_STATE_RUNNING, 10_000],
        [RUN_STATE_SUCCEEDED, 0],
      ]),
    ),
  ).toEqual([]);
});

it('shows progress that never goes back, not while an epoch is validated either', async () => {
  const state = RUN_STATE_RUNNING;
  const steps = [
    { state, steps: 10, stepsDone: 10, epochs: 2, epoch: { epoch: 1, loss: 1, validationDice: 0.5 } },
    { state, steps: 10, stepsDone: 4, epochs: 2 },
    { state, steps: 10, stepsDone: 10, epochs: 2 },
    { state, steps: 10, stepsDone: 10, epochs: 2, epoch: { epoch: 2, loss: 1, validationDice: 0.6 } },
    { state: RUN_STATE_SUCCEEDED, steps: 10, stepsDone: 10, epochs: 2, modelVersionId: 'model' },
  ];
  const client = {
    startTraining: () => Promise.resolve({ runId: 'run', crossingPatients: [], leftOutViews: 0 }),
    watchTraining: async function* () {
      yield* await Promise.resolve(steps);
    },
  };
  const clients: LaptopClients = { call: (_endpoint, work) => work(client as never), close: () => undefined };
  const shown: (number | undefined)[] = [];
  const display = { update: (_stage: string, { done }: { readonly done: number }) => shown.push(done), close: () => undefined };
  const nothing = () => undefined;
  await trainModel(clients, {}, display, nothing, nothing, new AbortController().signal);
  expect(shown).toEqual([10, 14, 14, 20, 20]);
});

it('says which patients cross Training and Test between the kinds', async () => {
  const crossingPatients = ['P_00001', 'P_00002', 'P_00003', 'P_00004', 'P_00005', 'P_00006'];
  const [line] = await said(clientsOf([[RUN_STATE_SUCCEEDED, 0]], { crossingPatients }));
  expect(line).toMatch(/^6 patients are in Training of one kind and in Test of the other \(P_00001, .*P_00005, …\)/);
});

it('says how many views are left out, and where to look', async () => {
  const [line] = await said(clientsOf([[RUN_STATE_SUCCEEDED, 0]], { leftOutViews: 3 }));
  expect(line).toMatch(/^3 views are left out: .*`mammoline dead-letters` names the files/);
});
