// Times one case in a process of its own: node time-steps.ts CASE STEPS [BACKEND] prints one line of JSON. bench:train calls it.
import {
  backendPreferences,
  createNetwork,
  openBackend,
  readWeights,
  recipes,
  timeTrainingSteps,
  type Recipe,
  type TimedWork,
} from '@mammoline/segmentation';

/** The networks see whole images here, so that every square is as large as the image. */
const whole = (recipe: Recipe, batchSize: number): Recipe => ({
  ...recipe,
  batchSize,
  augmentation: { ...recipe.augmentation, squareShare: 1, squaresPerImage: 1 },
});
const cases: Readonly<Record<string, { readonly recipe: Recipe; readonly work: TimedWork }>> = {
  'compact-train': { recipe: whole(recipes.compact, 8), work: 'bare' },
  'compact-loop': { recipe: whole(recipes.compact, 8), work: 'whole' },
  'vgg16-train': { recipe: whole(recipes.seed, 4), work: 'bare' },
  'vgg16-whole-batch': { recipe: { ...whole(recipes.seed, 4), examplesAtOnce: undefined }, work: 'bare' },
  'vgg16-loop': { recipe: whole(recipes.seed, 4), work: 'whole' },
  'compact-predict': { recipe: whole(recipes.compact, 1), work: 'inference' },
  'vgg16-predict': { recipe: whole(recipes.seed, 1), work: 'inference' },
};

const [name = '', steps = '', asked = 'native'] = process.argv.slice(2);
const chosen = cases[name];
const preference = backendPreferences.find((one) => one === asked);
if (chosen === undefined || preference === undefined)
  throw new Error(`found ${name} ${asked}, expected one of ${Object.keys(cases).join(', ')} and a backend`);
const { recipe, work } = chosen;
const backend = await openBackend(preference);
// The encoder of the seed is not trained; what its weights are does not matter for the time.
const drawn = createNetwork(backend, recipe.network, { seed: 1 });
const arrays = await readWeights(drawn);
drawn.dispose();
const pretrained = new Map([...arrays].filter(([weight]) => weight.startsWith('block')));
const network = createNetwork(backend, recipe.network, { arrays, pretrained, isFinal: work === 'inference' });
const times = await timeTrainingSteps(network, recipe, { work, steps: Number(steps) });
const later = times.slice(1);
console.log(
  JSON.stringify({
    wallMs: medianOf(later.map(({ wallMs }) => wallMs)),
    cpuMs: medianOf(later.map(({ cpuMs }) => cpuMs)),
    peakMb: process.resourceUsage().maxRSS / 1024,
    version: `${backend.name}, Node ${process.versions.node}`,
    losses: times.map(({ loss }) => Number(loss.toFixed(4))),
  }),
);

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
