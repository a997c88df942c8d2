import type { Raster8, RasterF32 } from '@mammoline/imaging';
import { newUuid, sha256Of } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import type { Segmenter } from '../segmenter/load-segmenter.ts';
import { parseEnsemble, serializeEnsemble } from './ensemble-file.ts';
import { flipsOf, oneLook, type Looks } from './looks.ts';
import { mirror } from './mirror.ts';
import { openEnsemble } from './open-ensemble.ts';

const flipsAlone = (flips: Looks['flips']): Looks => ({ flips, sizes: [1] });
const image: Raster8 = { rows: 2, columns: 2, data: Uint8Array.from([10, 20, 30, 40]) };

/** Says of each pixel its grey value as a share of `of`, and remembers what it was shown. */
function memberOf(
  of: number,
  imageSize = 2,
): Segmenter & { readonly seen: number[][]; readonly sides: Set<number | undefined>; disposals: number } {
  const seen: number[][] = [];
  const sides = new Set<number | undefined>();
  return {
    imageSize,
    network: 'unet-compact',
    picture: 'plain',
    parameters: 7,
    threshold: 0.5,
    looks: oneLook,
    seen,
    sides,
    disposals: 0,
    predict: (images, _signal, side) => {
      sides.add(side);
      seen.push(...images.map(({ data }) => [...data]));
      return Promise.resolve(images.map((one): RasterF32 => ({ ...one, data: Float32Array.from(one.data, (value) => value / of) })));
    },
    dispose() {
      this.disposals += 1;
    },
  };
}

describe('mirror', () => {
  test('across, down, both; twice is the image', () => {
    const [, across, down, both] = flipsOf.all.map((flip) => [...mirror(image, flip).data]);
    expect([across, down, both]).toEqual([
      [20, 10, 40, 30],
      [30, 40, 10, 20],
      [40, 30, 20, 10],
    ]);
    for (const flip of flipsOf.all) expect(mirror(mirror(image, flip), flip)).toEqual(image);
    expect([...image.data]).toEqual([10, 20, 30, 40]);
  });
});

describe('openEnsemble', () => {
  test('shows each member each mirror image, and turns the maps back before it takes their mean', async () => {
    const members = [memberOf(100), memberOf(50)];
    const ensemble = openEnsemble(members, flipsAlone('all'), 0.3);
    const [mean] = await ensemble.predict([image]);
    expect([...(mean?.data ?? [])]).toEqual([0.15, 0.3, 0.45, 0.6].map((value) => expect.closeTo(value, 6) as number));
    expect(members.map(({ seen }) => new Set(seen.map(String)).size)).toEqual([4, 4]);
    expect(ensemble).toMatchObject({ imageSize: 2, parameters: 14, threshold: 0.3 });
    ensemble.dispose();
    expect(members.map(({ disposals }) => disposals)).toEqual([1, 1]);
  });

  test('of members that see different pictures is refused, naming these', () => {
    const members = [memberOf(100), { ...memberOf(50), picture: 'equalised' as const }];
    expect(() => openEnsemble(members, oneLook, 0.3)).toThrow(/different pictures of a mammogram \(plain, equalised\)/);
  });

  test('looks in each size, rounded to what the networks can halve', async () => {
    const member = memberOf(100, 256);
    const looks = await openEnsemble([member], { flips: 'across', sizes: [1.25, 1, 0.49, 0.01] }, 0.3).lookAt?.(image);
    expect(looks).toHaveLength(8);
    expect([...member.sides]).toEqual([320, 256, 128, 32]);
  });

  test('lets named members look alone', async () => {
    const members = [memberOf(100), memberOf(50)];
    const looks = (await openEnsemble(members, flipsAlone('across'), 0.3).lookAt?.(image, undefined, [1])) ?? [];
    expect(looks.map(({ data }) => data[0])).toEqual([0.2, 0.2].map((value) => expect.closeTo(value, 6) as number));
    expect(members[0]?.seen).toEqual([]);
  });

  test('has the side of its largest member, and each member looks in sizes of its own', async () => {
    const [small, large] = [memberOf(50, 64), memberOf(100, 128)];
    const ensemble = openEnsemble([small, large], { flips: 'none', sizes: [1, 0.5] }, 0.5);
    const [mean] = await ensemble.predict([image]);
    expect([ensemble.imageSize, mean?.rows, mean?.columns]).toEqual([128, 128, 128]);
    expect([small, large].map(({ sides }) => [...sides])).toEqual([
      [64, 32],
      [128, 64],
    ]);
    // The upper left corner: 10 / 50 and 10 / 100.
    expect(mean?.data[0]).toBeCloseTo(0.15, 6);
  });

  test('refuses to be of nobody', () => {
    expect(() => openEnsemble([], oneLook, 0.5)).toThrow(/found no members/);
  });
});

describe('the file of an ensemble', () => {
  const members = ['a', 'b'].map((name) => ({ id: newUuid(), weights: { sha256: sha256Of(name), sizeBytes: 3, uri: `cas:${name}` } }));

  test('is the same for the same members and flips, in whatever order, and another for others', () => {
    const bytes = serializeEnsemble({ members, ...flipsAlone('all') });
    expect(serializeEnsemble({ members: members.toReversed(), ...flipsAlone('all') })).toEqual(bytes);
    expect(serializeEnsemble({ members, ...flipsAlone('none') })).not.toEqual(bytes);
    expect(serializeEnsemble({ members, flips: 'all', sizes: [1, 0.5] })).not.toEqual(bytes);
    expect(parseEnsemble(bytes)).toEqual({ ...flipsAlone('all'), members: members.toSorted((a, b) => (a.id < b.id ? -1 : 1)) });
  });

  test('is refused where it is damaged', () => {
    for (const text of ['', '{}', '{"format":"mammoline-ensemble","version":"1","flips":"all","members":[]}'])
      expect(() => parseEnsemble(Buffer.from(text))).toThrow(/not an ensemble/);
  });
});
