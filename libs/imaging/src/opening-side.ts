import type { PreparationRecipe } from './preparation-recipe.ts';

/** A square that removes anything at all. */
const smallestSidePx = 3;

/**
 * The side of the square that removes labels and scratches from a mammogram, in its pixels; odd. The recipe's, which is the reference's at all sizes; in a reduced picture in proportion, for there it would be as wide
 * as what it has to leave: strands of tissue between fat that is darker than the breast's threshold, and with them the breast (docs/adr/0013-a-smaller-square-for-reduced-pictures.md).
 */
export function openingSide({ rows, columns }: { readonly rows: number; readonly columns: number }, recipe: PreparationRecipe): number {
  const longerPx = Math.max(rows, columns);
  if (longerPx >= recipe.reducedBelowPx) return recipe.openingSidePx;
  const sidePx = (recipe.openingSidePx * longerPx) / recipe.filmSidePx;
  return Math.max(smallestSidePx, 2 * Math.floor(sidePx / 2) + 1);
}
