import type { ModelVersionRecord, PreparedViewRecord } from '@mammoline/catalogue';
import {
  encodeMaskPng,
  encodePng,
  forwardMask,
  preparationRecipe,
  prepareMammogram,
  recipeHash,
  resizeToNetwork,
  type Mask,
  type Raster8,
} from '@mammoline/imaging';
import {
  newUuid,
  parseCaseName,
  sha256Of,
  type AbnormalityKind,
  type PatientCode,
  type PictureKind,
  type ViewRef,
} from '@mammoline/kernel';
import { drawBreast, type StageBench } from '@mammoline/testing';
import { expect } from 'vitest';
import type { Segmenters } from './models/open-segmenters.ts';

/** Mammograms with known tumours, a model, and a stand-in for the network that sees what it is told to. */

const { rows, columns } = drawBreast(1);

export function square(left: number, top: number, side: number): Mask {
  const data = new Uint8Array(rows * columns);
  for (let y = top; y < top + side; y += 1) data.fill(1, y * columns + left, y * columns + left + side);
  return { rows, columns, data };
}

export function caseOf(caseName: string): {
  readonly view: ViewRef;
  readonly abnormalityKind: AbnormalityKind;
  readonly patient: PatientCode;
} {
  const { patient, laterality, position, kind } = parseCaseName(caseName) ?? expect.unreachable(caseName);
  return { view: { patient, laterality, position }, abnormalityKind: kind, patient };
}

/** Catalogues a mammogram and its prepared pair, and its merged mask where there is a truth. */
export async function prepareCase(bench: StageBench, caseName: string, truth: Mask | undefined, seed = 1) {
  const { view, abnormalityKind } = caseOf(caseName);
  const { catalogue, blobs } = bench;
  const pixels = drawBreast(seed);
  const full = await bench.addImage(caseName, 'FULL', undefined, pixels);
  const { image, plain, geometry } = prepareMammogram(pixels, preparationRecipe);
  const imageBlob = await blobs.put(await encodePng(resizeToNetwork(image, geometry)));
  const plainBlob = await blobs.put(await encodePng(plain));
  const maskBlob = truth && (await blobs.put(await encodeMaskPng(truth)));
  const preparedMask = truth && (await blobs.put(await encodeMaskPng(forwardMask(truth, geometry))));
  return catalogue.transaction(async (tx) => {
    if (maskBlob !== undefined) {
      const inputsHash = maskBlob.sha256;
      await tx.saveMergedMask(view, {
        abnormalityKind,
        inputsHash,
        blob: maskBlob,
        rows,
        columns,
        maskCount: 1,
        refusedCount: 0,
        areaPx: 0,
      });
    }
    return tx.savePreparedView({
      view,
      abnormalityKind,
      officialSplit: full.case?.split ?? expect.unreachable('the full has no case'),
      inputsHash: sha256Of(`${full.blob.sha256} ${maskBlob?.sha256 ?? ''}`),
      recipeHash: recipeHash(preparationRecipe),
      geometry,
      image: imageBlob,
      plain: plainBlob,
      mask: preparedMask,
    });
  });
}

/** Takes a prepared case's plain picture away, as if an older version had prepared it. */
export async function prepareAsBefore(bench: StageBench, prepared: PreparedViewRecord): Promise<void> {
  await bench.catalogue.transaction((tx) => tx.savePreparedView({ ...prepared, plain: undefined }));
}

export async function publishModel(
  bench: StageBench,
  test: readonly PatientCode[],
  change: Partial<ModelVersionRecord> = {},
  learnt: { readonly training?: readonly PatientCode[]; readonly validation?: readonly PatientCode[] } = {},
  options: object = {},
): Promise<ModelVersionRecord> {
  const id = newUuid();
  const runId = newUuid();
  const splitHash = sha256Of(`split of ${id}`);
  const weights = change.weights ?? (await bench.blobs.put(Buffer.from(id)));
  await bench.catalogue.transaction(async (tx) => {
    await tx.saveSplit({
      hash: splitHash,
      kind: 'patient',
      seed: 1,
      abnormalityKind: undefined,
      training: [],
      validation: [],
      ...learnt,
      test,
    });
    await tx.insertTrainingRun({ id: runId, options, splitHash });
    await tx.insertModelVersion({
      id,
      runId,
      network: 'unet-compact',
      imageSize: 128,
      abnormalityKind: undefined,
      parameters: 1,
      backend: 'none',
      splitHash,
      recipeHash: recipeHash(preparationRecipe),
      bestEpoch: 1,
      validationDice: 0.5,
      threshold: 0.5,
      smallestAreaShare: 0,
      ...change,
      weights,
    });
  });
  return (await bench.catalogue.model(id)) ?? expect.unreachable('no model');
}

/** A network that sees `seen` (in the pixels of the source) with the given probability, at half the resolution of the prepared image. */
export function seeing(
  seen: Mask,
  probability: number,
  seed = 1,
  picture: PictureKind = 'plain',
): Pick<Segmenters, 'withModel'> & { readonly uses: () => number; readonly shown: Raster8[] } {
  const { geometry } = prepareMammogram(drawBreast(seed), preparationRecipe);
  const forward = forwardMask(seen, { ...geometry, networkSidePx: 256 });
  const shown: Raster8[] = [];
  let uses = 0;
  return {
    shown,
    uses: () => uses,
    withModel: async (_model, use) => {
      uses += 1;
      return use({
        imageSize: 256,
        network: 'unet-compact',
        picture,
        parameters: 1,
        threshold: 0.5,
        looks: { flips: 'none', sizes: [1] },
        predict: async (images) => {
          shown.push(...images);
          return [{ rows: 256, columns: 256, data: Float32Array.from(forward.data, (marked) => marked * probability) }];
        },
        dispose: () => undefined,
      });
    },
  };
}
