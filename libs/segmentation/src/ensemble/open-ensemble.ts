import type { Raster8, RasterF32 } from '@mammoline/imaging';
import { invalid } from '@mammoline/kernel';
import type { Segmenter } from '../segmenter/load-segmenter.ts';
import { resizeProbabilities } from '../segmenter/resize-probabilities.ts';
import { meanOfMaps } from '../uncertainty/mean-of-maps.ts';
import { flipsOf, oneLook, sidesOfLooks, type Looks } from './looks.ts';
import { mirror } from './mirror.ts';

/**
 * Several networks, and mirror images and other sizes of what they see, as one: predicts the mean of the maps. The networks stay loaded together and compute one after the
 * other: memory is all their weights and what one of them computes.
 * @param members it disposes of them; the maps are of the side of the largest, and those of smaller ones are enlarged
 * @param looks sizes are shares of each member's own side, rounded to 32 pixels
 */
export function openEnsemble(members: readonly Segmenter[], looks: Looks, threshold: number): Segmenter {
  const [first] = members;
  if (first === undefined) throw invalid('found no members, expected at least one');
  const { network, picture } = first;
  if (members.some((member) => member.picture !== picture)) {
    const pictures = members.map((member) => member.picture).join(', ');
    throw invalid(
      `found members that see different pictures of a mammogram (${pictures}), expected one kind: trained by recipes with the same picture`,
    );
  }
  const imageSize = Math.max(...members.map((member) => member.imageSize));
  const lookAt = async (
    image: Raster8,
    signal?: AbortSignal,
    of: readonly number[] = [...members.keys()],
  ): Promise<readonly RasterF32[]> => {
    const maps: RasterF32[] = [];
    for (const flip of flipsOf[looks.flips]) {
      const seen = mirror(image, flip);
      for (const member of members.filter((_, index) => of.includes(index))) {
        for (const side of sidesOfLooks(looks, member.imageSize))
          for (const map of await member.predict([seen], signal, side)) maps.push(mirror(resizeProbabilities(map, imageSize), flip));
      }
    }
    return maps;
  };
  return {
    imageSize,
    network,
    picture,
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
