/** Share of the training that warms up: normalisation's running statistics and Adam's moments start from nothing. */
const warmUpShare = 0.05;
/** Of the peak, at the end. */
const finalShare = 0.01;

/**
 * Linear warm-up, then a half cosine down (Loshchilov and Hutter, 2017, without restarts).
 * @param progress of the whole training, 0 to 1
 * @returns a share of the highest learning rate
 */
export function warmUpCosine(progress: number): number {
  if (progress < warmUpShare) return Math.max(finalShare, progress / warmUpShare);
  const decay = Math.min(1, (progress - warmUpShare) / (1 - warmUpShare));
  return finalShare + ((1 - finalShare) * (1 + Math.cos(Math.PI * decay))) / 2;
}
