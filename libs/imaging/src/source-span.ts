/**
 * For each pixel of the crop along one axis: its position in the prepared square at the given side, in that square's pixels.
 * @param lengthPx of the crop
 * @param sidePx of the prepared square at the size it came in
 */
export function sourceSpan(lengthPx: number, isFlipped: boolean, sidePx: number, paddedSidePx: number): Float64Array {
  const scale = sidePx / paddedSidePx;
  return Float64Array.from({ length: lengthPx }, (_, at) => ((isFlipped ? lengthPx - 1 - at : at) + 0.5) * scale - 0.5);
}
