export { bitMaskFromGrey } from './bit-mask-from-grey.ts';
export { packMask, unpackMask, type BitMask } from './bit-mask.ts';
export { countMarked } from './count-marked.ts';
export { crop, type Rectangle } from './crop.ts';
export { decodeMaskPng, decodePng } from './decode-png.ts';
export { drawComponents } from './draw-components.ts';
export { drawPolygons } from './draw-polygons.ts';
export { dropSmallComponents } from './drop-small-components.ts';
export { encodeBitMaskPng, encodeMaskPng, encodePng } from './encode-png.ts';
export { flip } from './flip.ts';
export { forwardContour } from './forward-contour.ts';
export { forwardMask } from './forward-mask.ts';
export { forwardPoint, inversePoint, parseGeometry, type Geometry, type Point } from './geometry.ts';
export { inverseContour } from './inverse-contour.ts';
export { inverseMask } from './inverse-mask.ts';
export { inverseProbabilities } from './inverse-probabilities.ts';
export type { Kernels } from './kernels/kernels.ts';
export { openKernels } from './kernels/open-kernels.ts';
export { labelComponents, type Component } from './label-components.ts';
export { maskArea } from './mask-area.ts';
export { maskFromGrey } from './mask-from-grey.ts';
export { maskOverlap, type MaskOverlap } from './mask-overlap.ts';
export { maskToGrey } from './mask-to-grey.ts';
export { maskToPolygons, type Polygon } from './mask-to-polygons.ts';
export { openingSide } from './opening-side.ts';
export { polygonArea } from './polygon-area.ts';
export { preparationRecipe, recipeHash, type PreparationRecipe } from './preparation-recipe.ts';
export { prepareCrop } from './prepare-crop.ts';
export {
  prepareMammogram,
  prepareNetworkInput,
  type PreparationOptions,
  type PreparationStep,
  type PreparedMammogram,
} from './prepare-mammogram.ts';
export { type BreastTraits } from './describe-breast.ts';
export { prepareMask } from './prepare-mask.ts';
export type { GreyRaster, Mask, Raster16, Raster8, RasterF32 } from './raster.ts';
export { resampleMaskNearest } from './resample-mask-nearest.ts';
export { resizeAreaAverage } from './resize-area-average.ts';
export { resizeMaskToNetwork, resizeToNetwork } from './resize-to-network.ts';
export { maskToRunLengths, runLengthsToMask, type RunLengths } from './run-lengths.ts';
export { thresholdProbabilities } from './threshold-probabilities.ts';
export { traceOutline } from './trace-outline.ts';
export { unionMasks } from './union-masks.ts';
export { uniteMasks } from './unite-masks.ts';
