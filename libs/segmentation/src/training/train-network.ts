import { setImmediate as nextTurn } from 'node:timers/promises';
import { invalid, type Clock } from '@mammoline/kernel';
import type { Backend } from '../backend/backend.ts';
import { looksOnce } from '../ensemble/looks.ts';
import type { Judgement } from '../metrics/open-judge.ts';
import { createNetwork } from '../networks/create-network.ts';
import { countParameters } from '../networks/network.ts';
import { schedules } from '../schedules/schedule.ts';
import { serializeWeights } from '../weights/model-file.ts';
import { readWeights } from '../weights/read-weights.ts';
import type { NamedArrays } from '../weights/named-arrays.ts';
import { createAdam } from './adam.ts';
import { bestEpoch } from './best-epoch.ts';
import { parseCheckpoint, serializeCheckpoint } from './checkpoint.ts';
import { loadExamples, type Dataset } from './dataset.ts';
import { drawBatches } from './draw-batches.ts';
import type { EpochResult } from './epoch-result.ts';
import { judgeLooks } from './judge-looks.ts';
import { startFromPrior } from './start-from-prior.ts';
import { squareSidePx, type TrainingOptions } from './training-options.ts';
import { trainingStep } from './training-step.ts';
import { validate } from './validate.ts';

export interface StepProgress {
  readonly epoch: number;
  /** Within the epoch. */
  readonly stepsDone: number;
  readonly steps: number;
  readonly loss: number;
}

export interface TrainingPorts {
  readonly backend: Backend;
  readonly training: Dataset;
  /** Decides the best epoch and the threshold. */
  readonly validation: Dataset;
  readonly clock: Clock;
  readonly onStep?: (progress: StepProgress) => void;
  /** Awaited after each epoch. @param checkpoint makes the bytes to resume from: about four times the weights */
  readonly onEpoch?: (result: EpochResult, checkpoint: () => Promise<Uint8Array>) => Promise<void> | void;
  readonly resumeFrom?: Uint8Array | undefined;
  /** Weights that were learnt on other images, by their names in the network, as parseEncoderWeights reads them: vgg16-unet keeps them, lite0-unet goes on from them. */
  readonly pretrained?: NamedArrays | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TrainingResult {
  /** The model file of the best epoch, for loadSegmenter. */
  readonly model: Uint8Array;
  readonly parameters: number;
  readonly best: EpochResult;
  /** What goes with the model, chosen on the validation images: by the best epoch's own scores, or in the recipe's looks. */
  readonly judgement: Judgement;
  readonly epochs: readonly EpochResult[];
}

/**
 * Trains a network and keeps the epoch that the recipe's criterion prefers on the validation images (of several, the first), with the threshold that suits it.
 * Every random draw depends on the seed, the epoch and its place alone, so a run that was stopped and resumed ends with the weights of one that was not
 * (without maxSeconds, which looks at the clock).
 * @throws Failure invalid where there is nothing to train or to validate on, the loss is no number any more, or the checkpoint is of other options; the signal's reason
 */
export async function trainNetwork(options: TrainingOptions, ports: TrainingPorts): Promise<TrainingResult> {
  const { backend, clock, signal } = ports;
  if (ports.training.size === 0) throw invalid('found no image with a mask to train on');
  if (ports.validation.size === 0) throw invalid('found no image with a mask to validate on');
  if (options.examplesAtOnce !== undefined && (options.network !== 'vgg16-unet' || options.loss !== 'bce'))
    throw invalid(
      `found examplesAtOnce with ${options.network} and ${options.loss}, which see a batch as a whole; expected vgg16-unet and bce`,
    );
  const resumed = ports.resumeFrom === undefined ? undefined : parseCheckpoint(options, ports.resumeFrom);
  const training = await loadExamples(ports.training, options.imageSize, signal);
  const validation = await loadExamples(ports.validation, options.imageSize, signal);

  const network = createNetwork(backend, options.network, {
    seed: options.seed,
    input: options.input,
    arrays: resumed?.weights,
    pretrained: ports.pretrained,
  });
  if (resumed === undefined) startFromPrior(network, training);
  const formerSeconds = resumed?.seconds ?? 0;
  let steps = resumed?.steps ?? 0;
  let bestWeights = resumed?.best;
  const epochs: EpochResult[] = [...(resumed?.epochs ?? [])];
  const adam = createAdam(network, resumed?.moments, steps);

  const startedMs = clock.nowMs();
  const secondsSpent = (): number => formerSeconds + (clock.nowMs() - startedMs) / 1000;
  const { loss, examplesAtOnce } = options;
  const sidePx = squareSidePx(options);
  const maxSeconds = options.maxSeconds ?? Number.POSITIVE_INFINITY;
  const stepsPerEpoch = Math.ceil((training.length * options.augmentation.squaresPerImage) / options.batchSize);
  const isOver = (): boolean =>
    epochs.length >= options.epochs ||
    (epochs.length > 0 && secondsSpent() >= maxSeconds) ||
    epochs.length - (bestEpoch(epochs, options.criterion)?.epoch ?? 0) >= (options.patience ?? Number.POSITIVE_INFINITY);

  const trainEpoch = async (epoch: number): Promise<number> => {
    let total = 0;
    let stepsDone = 0;
    for (const drawn of drawBatches(options, training, epoch)) {
      await nextTurn();
      signal?.throwIfAborted();
      if (stepsDone > 0 && secondsSpent() >= maxSeconds) break;
      const progress = Math.max(steps / (options.epochs * stepsPerEpoch), secondsSpent() / maxSeconds);
      const learningRate = options.learningRate * schedules[options.schedule](progress);
      const value = await trainingStep(network, adam, drawn, { loss, examplesAtOnce, learningRate, seed: steps, sidePx });
      if (!Number.isFinite(value))
        throw invalid(`the loss is ${value} in step ${steps}: try a lower learning rate than ${options.learningRate}`);
      total += value;
      steps += 1;
      stepsDone += 1;
      ports.onStep?.({ epoch, stepsDone, steps: stepsPerEpoch, loss: value });
    }
    return total / stepsDone;
  };

  try {
    while (!isOver()) {
      const epoch = epochs.length + 1;
      const epochStartedMs = clock.nowMs();
      const meanLoss = await trainEpoch(epoch);
      const scores = await validate(network, validation, options, signal);
      const result = { epoch, loss: meanLoss, ...scores, seconds: (clock.nowMs() - epochStartedMs) / 1000 };
      epochs.push(result);
      if (bestWeights === undefined || bestEpoch(epochs, options.criterion) === result) bestWeights = await readWeights(network);
      const best = bestWeights;
      await ports.onEpoch?.(result, async () =>
        serializeCheckpoint(options, {
          steps,
          seconds: secondsSpent(),
          epochs,
          weights: await readWeights(network),
          moments: await adam.readMoments(),
          best,
        }),
      );
    }
    const best = bestEpoch(epochs, options.criterion);
    if (bestWeights === undefined || best === undefined) throw invalid(`found ${options.epochs} epochs to train, expected at least one`);
    const { picture, imageSize, looks } = options;
    const { name, input } = network;
    const described = { network: name, input, picture, imageSize, looks, weights: bestWeights };
    const parameters = countParameters(network);
    const model = serializeWeights({ ...described, threshold: best.threshold });
    const judgement = looksOnce(looks) ? judgementOf(best) : await judgeLooks(model, looks, validation, backend, signal);
    return { model: serializeWeights({ ...described, threshold: judgement.threshold }), parameters, best, judgement, epochs };
  } finally {
    adam.dispose();
    network.dispose();
  }
}

const judgementOf = ({ threshold, smallestAreaShare, validationDice: dice, validationIou: iou }: EpochResult): Judgement => ({
  threshold,
  smallestAreaShare,
  dice,
  iou,
  abstainAbove: undefined,
});
