import type { RasterF32 } from '@mammoline/imaging';

/**
 * How far the maps are from their mean, as one number of the image: the mean over the maps of Σ|p − m| / Σ(p + m), which is one minus the soft Dice of a map and the mean
 * (Bray and Curtis 1957). 0 where all say the same, near 1 where each marks another place. It needs no threshold, and has a value where nothing is marked. After the idea of
 * Roy and others (QuickNAT, 2019), who use the overlap of drawn masks.
 */
export function disagreementOfMaps(maps: readonly RasterF32[], { data: mean }: RasterF32): number {
  const distances = maps.map(({ data }) => {
    let [apart, together] = [0, 0];
    for (let at = 0; at < mean.length; at += 1) {
      const [p, m] = [data[at] ?? 0, mean[at] ?? 0];
      apart += Math.abs(p - m);
      together += p + m;
    }
    return together === 0 ? 0 : apart / together;
  });
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
}
