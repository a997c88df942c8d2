// Times one case in a process of its own: node time-steps.ts CASE STEPS [BACKEND] prints one line of JSON. bench:train calls it.
import {
  backendPreferences,
  createNetwork,
  openBackend,
  openEngine,
  readWeights,
  recipes,
  squareSidePx,
  timeTrainingSteps,
  type BackendPreference,
  type Recipe,
  type StepTime,
} from '@mammoline/segmentation';
import { clock } from './clock.ts';
import { drawModel } from './draw-model.ts';

/** Predictions have no loss. */
type Times = readonly (Omit<StepTime, 'loss'> & Partial<StepTime>)[];

/** The networks see whole images here, so that every square is as large as the image. */
const whole = (recipe: Recipe, batchSize: number): Recipe => ({
  ...recipe,
  batchSize,
  augmentation: { ...recipe.augmentation, squareShare: 1, squaresPerImage: 1 },
});
/** As large as its squares are while it learns. */
const lite0 = { ...whole(recipes.pretrained, 8), imageSize: squareSidePx(recipes.pretrained) };
const cases: Readonly<Record<string, (steps: number, preference: BackendPreference) => Promise<{ times: Times; ranOn: string }>>> = {
  'compact-train': train(whole(recipes.compact, 8), 'bare'),
  'compact-loop': train(whole(recipes.compact, 8), 'whole'),
  'lite0-train': train(lite0, 'bare'),
  'lite0-loop': train(lite0, 'whole'),
  'vgg16-train': train(whole(recipes.seed, 4), 'bare'),
  'vgg16-whole-batch': train({ ...whole(recipes.seed, 4), examplesAtOnce: undefined }, 'bare'),
  'vgg16-loop': train(whole(recipes.seed, 4), 'whole'),
  'compact-predict': predict(recipes.compact),
  'lite0-predict': predict(recipes.pretrained),
  'vgg16-predict': predict(recipes.seed),
};

const [name = '', steps = '', asked = 'native'] = process.argv.slice(2);
const run = cases[name];
const preference = backendPreferences.find((one) => one === asked);
if (run === undefined || preference === undefined)
  throw new Error(`found ${name} ${asked}, expected one of ${Object.keys(cases).join(', ')} and a backend`);
const { times, ranOn } = await run(Number(steps), preference);
const later = times.slice(1);
console.log(
  JSON.stringify({
    wallMs: medianOf(later.map(({ wallMs }) => wallMs)),
    cpuMs: medianOf(later.map(({ cpuMs }) => cpuMs)),
    peakMb: process.resourceUsage().maxRSS / 1024,
    version: `${ranOn}, Node ${process.versions.node}`,
    losses: times.flatMap(({ loss }) => (loss === undefined ? [] : [Number(loss.toFixed(4))])),
  }),
);

function train(recipe: Recipe, work: 'bare' | 'whole'): (typeof cases)[string] {
  return async (count, backendPreference) => {
    const backend = await openBackend(backendPreference);
    // The encoder of the seed is not trained; what its weights are does not matter for the time.
    const drawn = createNetwork(backend, recipe.network, { seed: 1 });
    const arrays = await readWeights(drawn);
    drawn.dispose();
    const pretrained = new Map([...arrays].filter(([weight]) => weight.startsWith('block')));
    const network = createNetwork(backend, recipe.network, { arrays, pretrained });
    return { times: await timeTrainingSteps(network, recipe, { work, steps: count }), ranOn: backend.name };
  };
}

/** On the engine that the predictor takes on this machine. */
function predict({ network, imageSize: side }: Recipe): (typeof cases)[string] {
  return async (count) => {
    const engine = await openEngine('auto', 'auto');
    const segmenter = await engine.load(drawModel(network, side));
    const image = { rows: side, columns: side, data: Uint8Array.from({ length: side * side }, (_, at) => (at * 7919) % 251) };
    const taken: Times[number][] = [];
    for (let step = 0; step < count; step += 1) {
      const elapsed = clock();
      await segmenter.predict([image]);
      taken.push(elapsed());
    }
    return { times: taken, ranOn: `${engine.name} on ${engine.backend}` };
  };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
