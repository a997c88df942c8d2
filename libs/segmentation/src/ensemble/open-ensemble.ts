import type { Raster8, RasterF32 } from '@mammoline/imaging';
import { invalid } from '@mammoline/kernel';
import type { Segmenter } from '../segmenter/load-segmenter.ts';
import { meanOfMaps } from '../uncertainty/mean-of-maps.ts';
import { flipsOf, oneLook, type Looks } from './looks.ts';
import { mirror } from './mirror.ts';

/** The networks halve a side five times. */
const sideStepPx = 32;

/**
 * Several networks, and mirror images and other sizes of what they see, as one: predicts the mean of the maps. The networks stay loaded together and compute one after the
 * other: memory is all their weights and what one of them computes.
 * @param members it disposes of them
 * @param looks sizes are rounded to 32 pixels
 * @throws Failure invalid for members that predict maps of different sides
 */
export function openEnsemble(members: readonly Segmenter[], { flips, sizes }: Looks, threshold: number): Segmenter {
  const [first] = members;
  if (first === undefined || members.some(({ imageSize }) => imageSize !== first.imageSize)) {
    throw invalid(`found members of the sides ${members.map(({ imageSize }) => imageSize).join(', ')}, expected one side`);
  }
  const sides = sizes.map((size) => sideStepPx * Math.max(1, Math.round((size * first.imageSize) / sideStepPx)));
  const lookAt = async (
    image: Raster8,
    signal?: AbortSignal,
    of: readonly number[] = [...members.keys()],
  ): Promise<readonly RasterF32[]> => {
    const maps: RasterF32[] = [];
    for (const flip of flipsOf[flips]) {
      const seen = mirror(image, flip);
      for (const index of of) {
        for (const side of sides)
          for (const map of (await members[index]?.predict([seen], signal, side)) ?? []) maps.push(mirror(map, flip));
      }
    }
    return maps;
  };
  return {
    imageSize: first.imageSize,
    network: first.network,
    parameters: members.reduce((sum, { parameters }) => sum + parameters, 0),
    threshold,
    looks: oneLook,
    predict: async (images, signal) => {
      const predicted: RasterF32[] = [];
      for (const image of images) predicted.push(meanOfMaps(await lookAt(image, signal)));
      return predicted;
    },
    lookAt,
    dispose: () => {
      for (const member of members) member.dispose();
    },
  };
}
