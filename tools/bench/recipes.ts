// Trains variants of a recipe on prepared pairs and scores them on patients they have not seen, to tell what earns its time:
//   node tools/bench/recipes.ts --pairs DIR [--recipe compact] [--folds 5 [--fold 1]... | --official] [--share 1] [--seed 0] [--max-minutes 20] [--backend auto] [--encoder-weights FILE] [--models DIR]... [--trained] [--looks '{"flips":"all","sizes":[1,0.5]}']... [--variant '{"epochs": 10}']...
// DIR is network-size/ as `mammoline prepare --output ... --image-size 512` writes it. Patients are dealt to the folds by a hash, the same way each time and for each --seed, which is the network's; --official tests the cases named Test. A seventh of the other
// patients validates: the best epoch, the threshold and the smallest area are chosen there. --share trains on so many of the rest, --max-minutes shortens the schedule of each fold. Scores are at the pairs' own size, once for each --looks (default: the recipe's), threshold and smallest area chosen for it;
// --trained takes the models that an earlier run left in --models; of several folders, those of a fold together as an ensemble. A line of JSON an epoch, Markdown at the end;
// its first row marks the brightest fifth of each breast, with no learning.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  decodeMaskPng,
  decodePng,
  dropSmallComponents,
  maskOverlap,
  thresholdProbabilities,
  type Raster8,
  type RasterF32,
} from '@mammoline/imaging';
import { parseCaseName, sha256Of, systemClock, type PictureKind } from '@mammoline/kernel';
import {
  backendPreferences,
  bestOperatingPoint,
  estimate,
  formatEstimate,
  loadExamples,
  looksSchema,
  mean,
  median,
  openBackend,
  openEngine,
  openEnsemble,
  parseEncoderWeights,
  recipeNames,
  recipes,
  recipeSchema,
  resizeProbabilities,
  trainNetwork,
  type Dataset,
  type Example,
  type Looks,
  type NamedArrays,
  type Recipe,
  type Segmenter,
} from '@mammoline/segmentation';
import { z } from 'zod';
import { brightestFifth } from './training/brightest-fifth.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string' },
    recipe: { type: 'string', default: 'compact' },
    folds: { type: 'string', default: '5' },
    fold: { type: 'string', multiple: true },
    official: { type: 'boolean', default: false },
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: '0' },
    'max-minutes': { type: 'string' },
    backend: { type: 'string', default: 'auto' },
    'encoder-weights': { type: 'string' },
    models: { type: 'string', multiple: true, default: [] },
    trained: { type: 'boolean', default: false },
    looks: { type: 'string', multiple: true },
    variant: { type: 'string', multiple: true, default: ['{}'] },
  },
});
const { pairs: directory } = values;
const [modelsDirectory] = values.models;
const recipeName = recipeNames.find((name) => name === values.recipe);
if (directory === undefined || recipeName === undefined) throw new Error(`expected --pairs DIR and --recipe ${recipeNames.join(' or ')}`);
const preference = z.enum(backendPreferences).parse(values.backend);
const own = recipes[recipeName];
const seed = Number(values.seed);
const maxSeconds = values['max-minutes'] === undefined ? undefined : Number(values['max-minutes']) * 60;
if (values.trained && modelsDirectory === undefined) throw new Error('expected --models DIR beside --trained');
if (!values.trained && values.models.length > 1) throw new Error('expected one --models DIR, or --trained beside several');

/** What the encoder learnt before, where --encoder-weights has it. */
async function readEncoder({ network }: Recipe): Promise<NamedArrays | undefined> {
  const file = values['encoder-weights'];
  if (file === undefined) return undefined;
  return (await parseEncoderWeights(readFileSync(file), network)).arrays;
}

interface Case {
  readonly name: string;
  readonly patient: string;
  readonly isOfficialTest: boolean;
}
const cases = readdirSync(directory).flatMap((file): readonly Case[] => {
  const name = file.endsWith('_MASK.png') ? file.slice(0, -'_MASK.png'.length) : undefined;
  const parsed = name === undefined ? undefined : parseCaseName(name);
  return name === undefined || parsed === undefined ? [] : [{ name, patient: parsed.patient, isOfficialTest: parsed.split === 'TEST' }];
});
const numberOf = (word: string, patient: string): number => Number.parseInt(sha256Of(`${word} of ${patient}`).slice(0, 8), 16);
const pictureNames = { equalised: 'FULL', plain: 'PLAIN' } as const;
const load = async (name: string, picture: PictureKind): Promise<Example> => {
  const path = join(directory, name);
  return {
    image: await decodePng(readFileSync(`${path}_${pictureNames[picture]}.png`)),
    mask: await decodeMaskPng(readFileSync(`${path}_MASK.png`)),
  };
};
const datasetOf = (chosen: readonly Case[], picture: PictureKind): Dataset => ({
  size: chosen.length,
  load: (index) => load(chosen[index]?.name ?? '', picture),
});

interface Parts {
  readonly training: readonly Case[];
  readonly validation: readonly Case[];
  readonly test: readonly Case[];
}
function partsOf(isTest: (it: Case) => boolean): Parts {
  const test = cases.filter(isTest);
  const tested = new Set(test.map(({ patient }) => patient));
  const others = [...new Set(cases.map(({ patient }) => patient))]
    .filter((patient) => !tested.has(patient))
    // Not of --seed: models of several seeds validate on the same patients. With this word the figures in docs/reference/results.md were made.
    .sort((a, b) => numberOf('order 0', a) - numberOf('order 0', b));
  const validating = Math.max(1, Math.round(others.length / 7));
  const trained = others.slice(validating);
  const chosen = new Set(trained.slice(0, Math.max(1, Math.round(trained.length * Number(values.share)))));
  const validated = new Set(others.slice(0, validating));
  return {
    training: cases.filter(({ patient }) => chosen.has(patient)),
    validation: cases.filter(({ patient }) => validated.has(patient)),
    test,
  };
}
const folds = Number(values.folds);
interface Fold extends Parts {
  readonly name: string;
}
const parts: readonly Fold[] = values.official
  ? [{ name: 'official', ...partsOf(({ isOfficialTest }) => isOfficialTest) }]
  : (values.fold ?? Array.from({ length: folds }, (_, index) => String(index + 1))).map((fold) => ({
      name: fold,
      ...partsOf(({ patient }) => numberOf('fold', patient) % folds === Number(fold) - 1),
    }));

/** A variant names what it changes, of the augmentation too; the rest stays. */
const changes = z.looseObject({ augmentation: z.looseObject({}).default({}) });
const recipeOf = (variant: string): Recipe => {
  const { augmentation, ...others } = changes.parse(JSON.parse(variant));
  return recipeSchema.parse({ ...own, ...others, augmentation: { ...own.augmentation, ...augmentation } });
};

interface Score {
  readonly name: string;
  readonly dice: number;
  readonly iou: number;
}
const statistics = (drawn: readonly (readonly Score[])[]): readonly number[] => {
  const scores = drawn.flat();
  const dices = scores.map(({ dice }) => dice);
  return [mean(dices), median(dices), mean(scores.map(({ iou }) => iou))];
};

const backend = await openBackend(preference);
const engine = await openEngine('auto', preference);
console.log(JSON.stringify({ backend: backend.name, why: backend.reason, engine: engine.name, cases: cases.length }));

/** The models of one fold: of several, earlier runs have left them. @param file the name of each in its folder */
async function modelsOf(recipe: Recipe, variant: string, fold: Fold, file: string): Promise<readonly Uint8Array[]> {
  if (values.trained) return values.models.map((folder) => readFileSync(join(folder, file)));
  const model = await trainFold(recipe, variant, fold);
  if (modelsDirectory !== undefined) writeFileSync(join(modelsDirectory, file), model);
  return [model];
}

async function trainFold(recipe: Recipe, variant: string, { name: fold, training, validation }: Fold): Promise<Uint8Array> {
  const { model } = await trainNetwork(
    { ...recipe, seed, maxSeconds },
    {
      backend,
      training: datasetOf(training, recipe.picture),
      validation: datasetOf(validation, recipe.picture),
      clock: systemClock,
      pretrained: await readEncoder(recipe),
      onEpoch: (result) => {
        console.log(JSON.stringify({ variant, fold, ...result }));
      },
    },
  );
  return model;
}

/** Mean Dice, median and mean IoU, with intervals drawn by patient. */
function estimatesOf(scores: readonly (Score & { readonly patient: string })[]): readonly string[] {
  const patients = Map.groupBy(scores, ({ patient }) => patient);
  return estimate([...patients.values()], statistics, { samples: 2000, seed }).map(formatEstimate);
}

/** Chooses threshold and smallest area on the validation patients, then scores the test's, at the pairs' own size. */
async function scoreFold(
  members: readonly Segmenter[],
  looks: Looks,
  { validation, test }: Fold,
): Promise<readonly (Score & { readonly patient: string })[]> {
  // The threshold is chosen below.
  const looking = openEnsemble(members, looks, 0.5);
  const predict = async (image: Raster8): Promise<RasterF32> => {
    const [map] = await looking.predict([image]);
    if (map === undefined) throw new Error('no prediction');
    return map;
  };
  const maps: RasterF32[] = [];
  const { picture } = looking;
  for (const { name } of validation) maps.push(await predict((await load(name, picture)).image));
  const truths = (await loadExamples(datasetOf(validation, picture), looking.imageSize)).map(({ mask }) => mask);
  const point = bestOperatingPoint(maps, truths);
  const scores: (Score & { readonly patient: string })[] = [];
  for (const { name, patient } of test) {
    const { image, mask: truth } = await load(name, picture);
    const side = image.rows;
    const probabilities = resizeProbabilities(await predict(image), side);
    const mask = dropSmallComponents(thresholdProbabilities(probabilities, point.threshold), point.smallestAreaShare * side ** 2);
    scores.push({ name, patient, ...maskOverlap(mask, truth) });
  }
  return scores;
}

if (modelsDirectory !== undefined) mkdirSync(modelsDirectory, { recursive: true });
const untaught: (Score & { readonly patient: string })[] = [];
for (const { name, patient } of parts.flatMap(({ test }) => test)) {
  const { image, mask } = await load(name, own.picture);
  untaught.push({ name, patient, ...maskOverlap(brightestFifth(image), mask) });
}
const rows = [`| ${['brightest fifth', '', untaught.length, ...estimatesOf(untaught), '', ''].join(' | ')} |`];
for (const [index, variant] of values.variant.entries()) {
  const recipe = recipeOf(variant);
  const byLooks = (values.looks ?? [JSON.stringify(recipe.looks)]).map((text) => ({
    text,
    looks: looksSchema.parse(JSON.parse(text)),
    scores: [] as (Score & { patient: string })[],
  }));
  const [startedCpu, startedMs] = [process.cpuUsage(), performance.now()];
  for (const fold of parts) {
    const members: Segmenter[] = [];
    for (const model of await modelsOf(recipe, variant, fold, `${index + 1}-${fold.name}.safetensors`))
      members.push(await engine.load(model));
    for (const { looks, scores, text } of byLooks) {
      const found = await scoreFold(members, looks, fold);
      scores.push(...found);
      console.log(JSON.stringify({ variant, fold: fold.name, looks: text, dice: mean(found.map(({ dice }) => dice)) }));
    }
    for (const member of members) member.dispose();
  }
  const { user, system } = process.cpuUsage(startedCpu);
  for (const { text, scores } of byLooks) {
    console.log(JSON.stringify({ variant, looks: text, scores: scores.map(({ name, dice }) => [name, Number(dice.toFixed(4))]) }));
    const took = [`${Math.round((performance.now() - startedMs) / 1000)} s`, `${Math.round((user + system) / 1e6)} s`];
    rows.push(`| ${[variant, text, scores.length, ...estimatesOf(scores), ...took].join(' | ')} |`);
  }
}
console.log(
  `\n| Variant | Looks | Views | Dice, mean | Dice, median | IoU, mean | Wall | CPU |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}`,
);
