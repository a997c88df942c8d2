// Trains variants of a recipe on prepared pairs and scores them on patients they have not seen, to tell what earns its time:
//   node tools/bench/recipes.ts --pairs DIR [--recipe compact] [--folds 5 [--fold 1]... | --official] [--share 1] [--seed 0]... [--max-minutes 20] [--backend auto] [--encoder-weights FILE] [--models DIR] [--trained] [--looks '{"flips":"all","sizes":[1,0.5]}']... [--variant '{"epochs": 10}']...
// DIR is network-size/ as `mammoline prepare --output ... --image-size 512` writes it. Patients are dealt to the folds by a hash, the same way each time; --official tests the cases named Test. A seventh of the other patients, drawn by the seed, validates: the best
// epoch, the threshold and the smallest area are chosen there. --share trains on so many of the rest, --max-minutes shortens the schedule of each training. Scores are at the pairs' own size, once for each --looks (default: the recipe's), threshold and smallest area
// chosen for it. Of several seeds, the networks of a fold are scored together, as an ensemble; --trained takes the models that earlier runs left in --models. A line of JSON an epoch, Markdown at the end; its first row marks the brightest fifth of each breast,
// with no learning.
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
  estimate,
  formatEstimate,
  loadExamples,
  looksSchema,
  mean,
  meanOfMaps,
  median,
  openBackend,
  openEngine,
  openEnsemble,
  openJudge,
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
    seed: { type: 'string', multiple: true, default: ['0'] },
    'max-minutes': { type: 'string' },
    backend: { type: 'string', default: 'auto' },
    'encoder-weights': { type: 'string' },
    models: { type: 'string' },
    trained: { type: 'boolean', default: false },
    looks: { type: 'string', multiple: true },
    variant: { type: 'string', multiple: true, default: ['{}'] },
  },
});
const { pairs: directory, models: modelsDirectory } = values;
const recipeName = recipeNames.find((name) => name === values.recipe);
if (directory === undefined || recipeName === undefined) throw new Error(`expected --pairs DIR and --recipe ${recipeNames.join(' or ')}`);
const preference = z.enum(backendPreferences).parse(values.backend);
const own = recipes[recipeName];
const seeds = values.seed.map(Number);
const maxSeconds = values['max-minutes'] === undefined ? undefined : Number(values['max-minutes']) * 60;
if (values.trained && modelsDirectory === undefined) throw new Error('expected --models DIR beside --trained');

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

const folds = Number(values.folds);
interface Fold {
  readonly name: string;
  readonly isTest: (it: Case) => boolean;
}
const chosenFolds: readonly Fold[] = values.official
  ? [{ name: 'official', isTest: ({ isOfficialTest }) => isOfficialTest }]
  : (values.fold ?? Array.from({ length: folds }, (_, index) => String(index + 1))).map((name) => ({
      name,
      isTest: ({ patient }) => numberOf('fold', patient) % folds === Number(name) - 1,
    }));

/** Whom a network of one seed learns from. */
interface Parts {
  readonly training: readonly Case[];
  readonly validation: readonly Case[];
}
function partsOf({ isTest }: Fold, seed: number): Parts {
  const tested = new Set(cases.filter(isTest).map(({ patient }) => patient));
  const others = [...new Set(cases.map(({ patient }) => patient))]
    .filter((patient) => !tested.has(patient))
    .sort((a, b) => numberOf(`order ${seed}`, a) - numberOf(`order ${seed}`, b));
  const validating = Math.max(1, Math.round(others.length / 7));
  const trained = others.slice(validating);
  const chosen = new Set(trained.slice(0, Math.max(1, Math.round(trained.length * Number(values.share)))));
  const validated = new Set(others.slice(0, validating));
  return {
    training: cases.filter(({ patient }) => chosen.has(patient)),
    validation: cases.filter(({ patient }) => validated.has(patient)),
  };
}

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

/** @param file the model's name in --models */
async function modelOf(recipe: Recipe, variant: string, fold: Fold, seed: number, file: string): Promise<Uint8Array> {
  if (modelsDirectory !== undefined && values.trained) return readFileSync(join(modelsDirectory, file));
  const { training, validation } = partsOf(fold, seed);
  const { model } = await trainNetwork(
    { ...recipe, seed, maxSeconds },
    {
      backend,
      training: datasetOf(training, recipe.picture),
      validation: datasetOf(validation, recipe.picture),
      clock: systemClock,
      pretrained: await readEncoder(recipe),
      onEpoch: (result) => {
        console.log(JSON.stringify({ variant, fold: fold.name, seed, ...result }));
      },
    },
  );
  if (modelsDirectory !== undefined) writeFileSync(join(modelsDirectory, file), model);
  return model;
}

/** Mean Dice, median and mean IoU, with intervals drawn by patient. */
function estimatesOf(scores: readonly (Score & { readonly patient: string })[]): readonly string[] {
  const patients = Map.groupBy(scores, ({ patient }) => patient);
  return estimate([...patients.values()], statistics, { samples: 2000, seed: 0 }).map(formatEstimate);
}

/**
 * Chooses threshold and smallest area on all who validated a network, each seen by those networks alone that did not train on the patient, then scores the test's, seen by all.
 * @param networks in the order of the seeds
 */
async function scoreFold(
  networks: readonly Segmenter[],
  looks: Looks,
  fold: Fold,
): Promise<readonly (Score & { readonly patient: string })[]> {
  // The threshold is chosen below.
  const ensemble = openEnsemble(networks, looks, 0.5);
  const { picture, imageSize } = ensemble;
  const mapsOf = async (image: Raster8, of?: readonly number[]): Promise<readonly RasterF32[]> =>
    (await ensemble.lookAt?.(image, undefined, of)) ?? (await ensemble.predict([image]));
  const partsBySeed = seeds.map((seed) => partsOf(fold, seed));
  const trainedOn = partsBySeed.map(({ training }) => new Set(training));
  const judge = openJudge();
  for (const it of new Set(partsBySeed.flatMap(({ validation }) => validation))) {
    const judges = [...seeds.keys()].filter((index) => trainedOn[index]?.has(it) === false);
    const { image, mask } = await load(it.name, picture);
    const [truth] = await loadExamples({ size: 1, load: () => Promise.resolve({ image, mask }) }, imageSize);
    if (truth !== undefined) judge.see(await mapsOf(image, judges), truth.mask);
  }
  const { threshold, smallestAreaShare } = judge.judge();
  const scores: (Score & { readonly patient: string })[] = [];
  for (const { name, patient } of cases.filter(fold.isTest)) {
    const { image, mask: truth } = await load(name, picture);
    const side = image.rows;
    const probabilities = resizeProbabilities(meanOfMaps(await mapsOf(image)), side);
    const mask = dropSmallComponents(thresholdProbabilities(probabilities, threshold), smallestAreaShare * side ** 2);
    scores.push({ name, patient, ...maskOverlap(mask, truth) });
  }
  return scores;
}

if (modelsDirectory !== undefined) mkdirSync(modelsDirectory, { recursive: true });
const untaught: (Score & { readonly patient: string })[] = [];
for (const { name, patient } of chosenFolds.flatMap(({ isTest }) => cases.filter(isTest))) {
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
  for (const fold of chosenFolds) {
    const networks: Segmenter[] = [];
    for (const seed of seeds)
      networks.push(await engine.load(await modelOf(recipe, variant, fold, seed, `${index + 1}-${fold.name}-${seed}.safetensors`)));
    for (const { looks, scores, text } of byLooks) {
      const found = await scoreFold(networks, looks, fold);
      scores.push(...found);
      console.log(JSON.stringify({ variant, fold: fold.name, looks: text, dice: mean(found.map(({ dice }) => dice)) }));
    }
    for (const network of networks) network.dispose();
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
