// Trains variants of a recipe on prepared pairs and prints their scores on validation patients, to tell what earns its time:
//   node tools/bench/recipes.ts --pairs DIR [--recipe compact] [--fold 0] [--folds 5] [--epochs 10] [--variant '{"learningRate": 0.003}']...
// DIR is network-size/ as `mammoline prepare --output ... --image-size 256` writes it. Patients are dealt to folds at random, the same way each time. One line of JSON an epoch and a variant; CPU in seconds.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeMaskPng, decodePng } from '@mammoline/imaging';
import { parseCaseName, sha256Of, systemClock } from '@mammoline/kernel';
import { openBackend, recipeNames, recipes, recipeSchema, trainNetwork, type Dataset } from '@mammoline/segmentation';
import { z } from 'zod';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string' },
    recipe: { type: 'string', default: 'compact' },
    fold: { type: 'string', default: '0' },
    folds: { type: 'string', default: '5' },
    epochs: { type: 'string', default: '10' },
    seed: { type: 'string', default: '0' },
    variant: { type: 'string', multiple: true, default: ['{}'] },
  },
});
const { pairs: directory } = values;
const recipeName = recipeNames.find((name) => name === values.recipe);
if (directory === undefined || recipeName === undefined) throw new Error(`expected --pairs DIR and --recipe ${recipeNames.join(' or ')}`);
const own = recipes[recipeName];

const names = readdirSync(directory).flatMap((file) => (file.endsWith('_MASK.png') ? [file.slice(0, -'_MASK.png'.length)] : []));
const foldOf = (name: string): number => {
  const patient = parseCaseName(name)?.patient;
  if (patient === undefined) throw new Error(`${name} is no case name`);
  return Number.parseInt(sha256Of(`fold of ${patient}`).slice(0, 8), 16) % Number(values.folds);
};
const datasetOf = (chosen: readonly string[]): Dataset => ({
  size: chosen.length,
  load: async (index) => {
    const path = join(directory, chosen[index] ?? '');
    return { image: await decodePng(readFileSync(`${path}_FULL.png`)), mask: await decodeMaskPng(readFileSync(`${path}_MASK.png`)) };
  },
});
const training = datasetOf(names.filter((name) => foldOf(name) !== Number(values.fold)));
const validation = datasetOf(names.filter((name) => foldOf(name) === Number(values.fold)));

/** A variant names what it changes, of the augmentation too; the rest stays. */
const changes = z.looseObject({ augmentation: z.looseObject({}).default({}) });

const backend = await openBackend();
for (const variant of values.variant) {
  const { augmentation, ...others } = changes.parse(JSON.parse(variant));
  const recipe = recipeSchema.parse({
    ...own,
    ...others,
    augmentation: { ...own.augmentation, ...augmentation },
    epochs: Number(values.epochs),
  });
  const startedCpu = process.cpuUsage();
  const cpuSeconds = (): number => {
    const { user, system } = process.cpuUsage(startedCpu);
    return Math.round((user + system) / 1e6);
  };
  await trainNetwork(
    { ...recipe, seed: Number(values.seed) },
    {
      backend,
      training,
      validation,
      clock: systemClock,
      onEpoch: ({ epoch, loss, validationDice, threshold }) => {
        console.log(JSON.stringify({ variant, fold: values.fold, epoch, loss, validationDice, threshold, cpuSeconds: cpuSeconds() }));
      },
    },
  );
}
