import type { Recipe } from './recipe.ts';

export const recipeNames = ['compact', 'pretrained', 'seed'] as const;
export type RecipeName = (typeof recipeNames)[number];

/** A small network that trains on a laptop; docs/reference/training.md has what its numbers were measured against. */
const compact: Recipe = {
  network: 'unet-compact',
  imageSize: 256,
  picture: 'plain',
  input: 'unit',
  augmentation: {
    squareShare: 0.5,
    squaresPerImage: 2,
    widest: 2,
    wholeShare: 0.5,
    flipsAcross: true,
    flipsDown: true,
    rotationDegrees: 45,
    scale: 0.3,
    shift: 0.1,
    gamma: 0.5,
    gain: 0.3,
    offset: 0.1,
  },
  loss: 'bce+image-dice',
  learningRate: 1e-3,
  schedule: 'warm-up-cosine',
  batchSize: 8,
  epochs: 60,
  criterion: 'steady-dice',
  looks: { flips: 'all', sizes: [1, 0.5] },
};

export const recipes: Readonly<Record<RecipeName, Recipe>> = {
  compact,
  /** An encoder that learnt on ImageNet (`pretrained`) and learns on, in a third of the epochs, and larger images. */
  pretrained: { ...compact, network: 'lite0-unet', imageSize: 384, epochs: 20 },
  /** The recipe that the project descends from: its encoder is VGG16's as it learnt on ImageNet (`pretrained`), and is not trained. */
  seed: {
    network: 'vgg16-unet',
    imageSize: 224,
    picture: 'equalised',
    input: 'imagenet',
    augmentation: {
      squareShare: 1,
      squaresPerImage: 1,
      widest: 1,
      wholeShare: 0,
      flipsAcross: true,
      flipsDown: true,
      rotationDegrees: 0,
      scale: 0,
      shift: 0,
      gamma: 0,
      gain: 0,
      offset: 0.3,
    },
    loss: 'bce',
    learningRate: 1e-5,
    schedule: 'constant',
    batchSize: 10,
    examplesAtOnce: 2,
    epochs: 50,
    patience: 5,
    criterion: 'iou',
    looks: { flips: 'none', sizes: [1] },
  },
};
