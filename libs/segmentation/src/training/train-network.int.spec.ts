import { systemClock } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../backend/backend.ts';
import { openBackend } from '../backend/open-backend.ts';
import { openEnsemble } from '../ensemble/open-ensemble.ts';
import { bestOperatingPoint } from '../metrics/best-operating-point.ts';
import { loadSegmenter } from '../segmenter/load-segmenter.ts';
import { parseWeights } from '../weights/model-file.ts';
import { loadExamples } from './dataset.ts';
import { drawnLesions } from './drawn-lesions.fixture.ts';
import { trainNetwork, type TrainingPorts } from './train-network.ts';
import { recipes } from '../recipes/recipes.ts';
import type { TrainingOptions } from './training-options.ts';

const side = 64;
const backend = await openBackend();
const options: TrainingOptions = { ...recipes.compact, imageSize: side, learningRate: 3e-3, epochs: 3, batchSize: 4, seed: 5 };
const ports = (more: Partial<TrainingPorts> = {}): TrainingPorts => ({
  backend,
  training: drawnLesions(8, side, 1),
  validation: drawnLesions(3, side, 2),
  clock: systemClock,
  ...more,
});

describe('trainNetwork', () => {
  test('finds drawn lesions on images that it has not seen', async () => {
    const { model, best, epochs } = await trainNetwork({ ...options, epochs: 8, looks: { flips: 'none', sizes: [1] } }, ports());
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(epochs.at(-1)?.loss).toBeLessThan(0.7 * (epochs[0]?.loss ?? 0));
    expect(best.validationDice).toBe(Math.max(...epochs.map(({ validationDice }) => validationDice)));
    expect(best.validationDice).toBeGreaterThan(0.7);

    const segmenter = await loadSegmenter(model, backend);
    expect([segmenter.threshold, segmenter.imageSize]).toEqual([best.threshold, side]);
    const unseen = drawnLesions(2, 2 * side, 3);
    for (let index = 0; index < unseen.size; index += 1) {
      const { image } = await unseen.load(index);
      const [probabilities] = await segmenter.predict([image]);
      expect(Math.max(...(probabilities?.data ?? []))).toBeGreaterThan(segmenter.threshold);
    }
    segmenter.dispose();
  });

  test('chooses threshold, smallest area and limit of disagreement in the looks of its recipe', async () => {
    const validation = drawnLesions(6, side, 2);
    const looks = { flips: 'across', sizes: [1, 0.5] } as const;
    const once = await trainNetwork({ ...options, looks: { flips: 'none', sizes: [1] } }, ports({ validation }));
    const { model, judgement, best } = await trainNetwork({ ...options, looks }, ports({ validation }));
    expect([judgement.threshold, judgement.dice]).not.toEqual([best.threshold, best.validationDice]);
    expect(once.judgement).toEqual({
      threshold: once.best.threshold,
      smallestAreaShare: once.best.smallestAreaShare,
      dice: once.best.validationDice,
      iou: once.best.validationIou,
      abstainAbove: undefined,
    });

    const network = await loadSegmenter(model, backend);
    expect([network.looks, network.threshold]).toEqual([looks, judgement.threshold]);
    const looking = openEnsemble([network], looks, network.threshold);
    const examples = await loadExamples(validation, side);
    const maps = await looking.predict(examples.map(({ image }) => image));
    looking.dispose();
    const { abstainAbove, ...point } = judgement;
    expect(point).toEqual(
      bestOperatingPoint(
        maps,
        examples.map(({ mask }) => mask),
      ),
    );
    expect(abstainAbove).toBeGreaterThan(0);
    expect((await trainNetwork({ ...options, looks }, ports())).judgement.abstainAbove).toBeUndefined();
  });

  test('compares the epochs in the sizes of its looks, without their mirror images', async () => {
    const looks = { flips: 'all', sizes: [1, 0.5] } as const;
    const validation = drawnLesions(6, side, 2);
    const { model, best } = await trainNetwork({ ...options, looks }, ports({ validation }));
    const looking = openEnsemble([await loadSegmenter(model, backend)], { ...looks, flips: 'none' }, best.threshold);
    const examples = await loadExamples(validation, side);
    const maps = await looking.predict(examples.map(({ image }) => image));
    looking.dispose();
    const truths = examples.map(({ mask }) => mask);
    expect(bestOperatingPoint(maps, truths)).toEqual({
      threshold: best.threshold,
      smallestAreaShare: best.smallestAreaShare,
      dice: expect.closeTo(best.validationDice, 6) as number,
      iou: expect.closeTo(best.validationIou, 6) as number,
    });
  });

  test('a run that was stopped after any epoch and resumed ends with the bytes of one that was not', async () => {
    const checkpoints: Uint8Array[] = [];
    const whole = await trainNetwork(options, ports({ onEpoch: async (_result, checkpoint) => void checkpoints.push(await checkpoint()) }));
    for (const resumeFrom of checkpoints) {
      const resumed = await trainNetwork(options, ports({ resumeFrom }));
      expect(resumed.epochs.map(({ seconds: _, ...rest }) => rest)).toEqual(whole.epochs.map(({ seconds: _, ...rest }) => rest));
      expect(Buffer.compare(resumed.model, whole.model)).toBe(0);
    }
    const other = { ...options, learningRate: 1e-3 };
    await expect(trainNetwork(other, ports({ resumeFrom: checkpoints[0] }))).rejects.toThrow(/checkpoint is of another run/);
    await expect(trainNetwork(options, ports({ resumeFrom: whole.model }))).rejects.toThrow(/not a checkpoint/);
  });

  test('keeps no tensor from step to step, and none at the end', async () => {
    const before = backend.tf.memory().numTensors;
    const counts: number[] = [];
    await trainNetwork({ ...options, epochs: 2 }, ports({ onStep: () => void counts.push(backend.tf.memory().numTensors) }));
    expect(counts).toHaveLength(8);
    expect(new Set(counts).size).toBe(1);
    expect(backend.tf.memory().numTensors).toBe(before);
  });

  test('ends when its time is over, within an epoch, with a model', async () => {
    let nowMs = 0;
    const steps: number[] = [];
    const clock = { nowMs: () => nowMs };
    const onStep = ({ epoch }: { readonly epoch: number }): void => {
      nowMs += 1000;
      steps.push(epoch);
    };
    const { epochs } = await trainNetwork({ ...options, epochs: 100, maxSeconds: 6 }, ports({ clock, onStep }));
    expect(steps).toEqual([1, 1, 1, 1, 2, 2]);
    expect(epochs).toHaveLength(2);
  });

  test('ends when no epoch has been better for long', async () => {
    const { epochs, best } = await trainNetwork({ ...options, imageSize: 32, epochs: 40, learningRate: 1e-9, patience: 2 }, ports());
    expect(epochs).toHaveLength(best.epoch + 2);
  });

  test('stops at once when it is told to, with the reason', async () => {
    const stop = new AbortController();
    const reason = new Error('shutting down');
    const before = backend.tf.memory().numTensors;
    let steps = 0;
    const onStep = (): void => {
      steps += 1;
      if (steps === 3) stop.abort(reason);
    };
    await expect(trainNetwork(options, ports({ signal: stop.signal, onStep }))).rejects.toBe(reason);
    expect(steps).toBe(3);
    expect(backend.tf.memory().numTensors).toBe(before);
  });

  test('says what is wrong with its input', async () => {
    const none = { size: 0, load: () => Promise.reject(new Error('none')) };
    await expect(trainNetwork(options, ports({ training: none }))).rejects.toThrow(/no image with a mask to train on/);
    await expect(trainNetwork(options, ports({ validation: none }))).rejects.toThrow(/no image with a mask to validate on/);
    const oblong = { rows: 64, columns: 32, data: new Uint8Array(64 * 32) };
    const wrong = { size: 1, load: () => Promise.resolve({ image: oblong, mask: oblong }) };
    await expect(trainNetwork(options, ports({ training: wrong }))).rejects.toThrow(
      /an image of 64 x 32 with a mask of 64 x 32, expected equal squares/,
    );
    await expect(trainNetwork({ ...options, examplesAtOnce: 2 }, ports())).rejects.toThrow(
      /unet-compact and bce\+image-dice, which see a batch as a whole/,
    );
    await expect(trainNetwork({ ...options, learningRate: Number.NaN }, ports())).rejects.toThrow(
      /the loss is NaN in step 1: try a lower learning rate/,
    );
  });
});

test('one step on WASM moves the weights as one on the native library does', async () => {
  const oneStep = async (on: Backend) => {
    const { model, epochs } = await trainNetwork({ ...options, epochs: 1, batchSize: 16 }, ports({ backend: on }));
    return { weights: parseWeights(model).weights, loss: epochs[0]?.loss ?? Number.NaN };
  };
  const native = await oneStep(backend);
  const wasm = await oneStep(await openBackend('wasm'));
  expect(wasm.loss).toBeCloseTo(native.loss, 4);
  // Adam's first step moves every weight by the learning rate, in the direction of its gradient: weights whose gradient is all but zero may differ (one in 650 does).
  let apart = 0;
  let total = 0;
  for (const [name, { values }] of native.weights) {
    for (const [at, value] of values.entries()) {
      total += 1;
      if (Math.abs(value - (wasm.weights.get(name)?.values[at] ?? Number.NaN)) > 1e-5) apart += 1;
    }
  }
  expect(apart / total).toBeLessThan(0.005);
});
