import { sha256Of, stableJson, type Sha256 } from '@mammoline/kernel';
import type { ClaheOptions } from './clahe.ts';
import type { BorderFractions } from './crop-borders.ts';

/** The parameters of the preparation. A change of the arithmetic behind them counts the version on. */
export interface PreparationRecipe {
  readonly version: number;
  readonly borders: BorderFractions;
  /** Normalised value from which a pixel may belong to the breast. */
  readonly breastThreshold: number;
  /** Side of the square that removes labels and scratches from a film scan; odd. A reduced picture has a smaller one: `openingSide`. */
  readonly openingSidePx: number;
  /** Longer side of a film scan, which `openingSidePx` was made for. */
  readonly filmSidePx: number;
  /** A picture whose longer side is shorter is taken for a reduced one. */
  readonly reducedBelowPx: number;
  readonly clahe: ClaheOptions;
  /** Side of the square image that networks get. */
  readonly networkSidePx: number;
  /** Whether the picture is written at the source's resolution as well: some 65 times the pixels, which no network reads. */
  readonly fullSize: boolean;
}

export const preparationRecipe: PreparationRecipe = {
  version: 3,
  borders: { left: 0.01, right: 0.01, top: 0.04, bottom: 0.04 },
  breastThreshold: 0.1,
  openingSidePx: 23,
  filmSidePx: 4500,
  reducedBelowPx: 1000,
  clahe: { clipLimit: 2, tiles: 8 },
  networkSidePx: 512,
  fullSize: false,
};

/** Names a recipe: equal recipes have equal hashes. */
export function recipeHash(recipe: PreparationRecipe): Sha256 {
  return sha256Of(stableJson(recipe));
}
