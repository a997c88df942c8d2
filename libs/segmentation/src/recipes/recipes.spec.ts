import { expect, test } from 'vitest';
import { hashOfRecipe, recipeSchema } from './recipe.ts';
import { recipeNames, recipes } from './recipes.ts';

test('a recipe survives JSON, and its hash tells it from every other', () => {
  for (const name of recipeNames) expect(recipeSchema.parse(JSON.parse(JSON.stringify(recipes[name])))).toEqual(recipes[name]);
  const others = [
    ...recipeNames.map((name) => recipes[name]),
    { ...recipes.compact, learningRate: 2e-3 },
    { ...recipes.compact, augmentation: { ...recipes.compact.augmentation, rotationDegrees: 10 } },
  ];
  expect(new Set(others.map(hashOfRecipe)).size).toBe(others.length);
  expect(hashOfRecipe({ ...recipes.seed })).toBe(hashOfRecipe(recipes.seed));
});

test('the seed is what it has always been', () => {
  expect(recipes.seed).toMatchObject({
    network: 'vgg16-unet',
    imageSize: 224,
    loss: 'bce',
    learningRate: 1e-5,
    schedule: 'constant',
    batchSize: 10,
    epochs: 50,
    patience: 5,
    criterion: 'iou',
    augmentation: { flipsAcross: true, flipsDown: true, offset: 0.3, rotationDegrees: 0, squareShare: 1 },
  });
});
