// Trains variants of a recipe on prepared pairs and scores them on patients they have not seen, to tell what earns its time:
//   node tools/bench/recipes.ts --pairs DIR [--recipe compact] [--folds 5 [--fold 1]... | --official] [--share 1] [--seed 0] [--backend auto] [--models DIR] [--variant '{"epochs": 10}']...
// DIR is network-size/ as `mammoline prepare --output ... --image-size 512` writes it. Patients are dealt to the folds by a hash, the same way each time; --official tests the cases named Test. A seventh of the other
// patients validates: the best epoch, the threshold and the smallest area are chosen there. --share trains on so many of the rest. Scores are at the pairs' own size. A line of JSON an epoch, Markdown at the end.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  decodeMaskPng,
  decodePng,
  dropSmallComponents,
  inverseProbabilities,
  maskOverlap,
  thresholdProbabilities,
  type Geometry,
} from '@mammoline/imaging';
import { parseCaseName, sha256Of, systemClock } from '@mammoline/kernel';
import {
  backendPreferences,
  estimate,
  formatEstimate,
  loadSegmenter,
  mean,
  median,
  openBackend,
  recipeNames,
  recipes,
  recipeSchema,
  trainNetwork,
  type Dataset,
  type Example,
  type Recipe,
} from '@mammoline/segmentation';
import { z } from 'zod';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string' },
    recipe: { type: 'string', default: 'compact' },
    folds: { type: 'string', default: '5' },
    fold: { type: 'string', multiple: true },
    official: { type: 'boolean', default: false },
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: '0' },
    backend: { type: 'string', default: 'auto' },
    models: { type: 'string' },
    variant: { type: 'string', multiple: true, default: ['{}'] },
  },
});
const { pairs: directory, models: modelsDirectory } = values;
const recipeName = recipeNames.find((name) => name === values.recipe);
if (directory === undefined || recipeName === undefined) throw new Error(`expected --pairs DIR and --recipe ${recipeNames.join(' or ')}`);
const preference = z.enum(backendPreferences).parse(values.backend);
const own = recipes[recipeName];
const seed = Number(values.seed);

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
const load = async (name: string): Promise<Example> => {
  const path = join(directory, name);
  return { image: await decodePng(readFileSync(`${path}_FULL.png`)), mask: await decodeMaskPng(readFileSync(`${path}_MASK.png`)) };
};
const datasetOf = (chosen: readonly Case[]): Dataset => ({
  size: chosen.length,
  load: (index) => load(chosen[index]?.name ?? ''),
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
    .sort((a, b) => numberOf(`order ${seed}`, a) - numberOf(`order ${seed}`, b));
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
const parts: readonly (Parts & { readonly name: string })[] = values.official
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
console.log(JSON.stringify({ backend: backend.name, why: backend.reason, cases: cases.length }));
const rows: string[] = [];
for (const variant of values.variant) {
  const recipe = recipeOf(variant);
  const byPatient = new Map<string, Score[]>();
  const [startedCpu, startedMs] = [process.cpuUsage(), performance.now()];
  for (const { name: fold, training, validation, test } of parts) {
    const { model, best } = await trainNetwork(
      { ...recipe, seed },
      {
        backend,
        training: datasetOf(training),
        validation: datasetOf(validation),
        clock: systemClock,
        onEpoch: (result) => {
          console.log(JSON.stringify({ variant, fold, ...result }));
        },
      },
    );
    if (modelsDirectory !== undefined) {
      mkdirSync(modelsDirectory, { recursive: true });
      writeFileSync(join(modelsDirectory, `${rows.length + 1}-${fold}.safetensors`), model);
    }
    const segmenter = await loadSegmenter(model, backend);
    for (const { name, patient } of test) {
      const { image, mask: truth } = await load(name);
      const [predicted] = await segmenter.predict([image]);
      if (predicted === undefined) throw new Error(`${name}: no prediction`);
      const side = image.rows;
      const whole: Geometry = {
        source: { rows: side, columns: side },
        crop: { top: 0, left: 0, rows: side, columns: side },
        isFlipped: false,
        paddedSidePx: side,
        networkSidePx: predicted.rows,
      };
      const mask = dropSmallComponents(
        thresholdProbabilities(inverseProbabilities(predicted, whole), best.threshold),
        best.smallestAreaShare * side ** 2,
      );
      const score = { name, ...maskOverlap(mask, truth) };
      byPatient.set(patient, [...(byPatient.get(patient) ?? []), score]);
    }
    segmenter.dispose();
  }
  const [dice, middle, iou] = estimate([...byPatient.values()], statistics, { samples: 2000, seed });
  const { user, system } = process.cpuUsage(startedCpu);
  const scored = [...byPatient.values()].flat();
  console.log(JSON.stringify({ variant, scores: scored.map(({ name, dice: of }) => [name, Number(of.toFixed(4))]) }));
  const cells = [
    variant,
    scored.length,
    ...[dice, middle, iou].map((it) => (it === undefined ? '' : formatEstimate(it))),
    `${Math.round((performance.now() - startedMs) / 1000)} s`,
    `${Math.round((user + system) / 1e6)} s`,
  ];
  rows.push(`| ${cells.join(' | ')} |`);
}
console.log(
  `\n| Variant | Views | Dice, mean | Dice, median | IoU, mean | Wall | CPU |\n| --- | --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}`,
);
