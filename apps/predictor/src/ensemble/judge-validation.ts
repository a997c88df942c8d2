import type { BlobStore } from '@mammoline/blobs';
import { hasPicture, pairViews, pictureOf, type CatalogueReader, type PreparedPair } from '@mammoline/catalogue';
import { decodeMaskPng, decodePng, unionMasks } from '@mammoline/imaging';
import { invalid, type PatientCode, type PictureKind } from '@mammoline/kernel';
import { loadExamples, openJudge, type Example, type Judgement } from '@mammoline/segmentation';
import type { ModelWithSplit } from '../evaluate/read-model-with-split.ts';
import type { LoadedVersion, Segmenters } from '../models/open-segmenters.ts';
import { viewsOfPatients } from '../predict/views-of-patients.ts';

/** What suits an ensemble best. */
export interface JudgedViews extends Judgement {
  readonly views: number;
}

export interface JudgeValidationPorts {
  readonly catalogue: Pick<CatalogueReader, 'listViews'>;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly segmenters: Pick<Segmenters, 'withModel'>;
}

/**
 * Chooses threshold, smallest area and limit of uncertainty of an ensemble on its members' validation patients, each predicted by those members alone that did not train on the
 * patient: of folds that is one member, mostly, of versions of one split all of them.
 * @param members in the order of the ensemble's file
 * @throws Failure invalid where no validation mammogram is prepared
 */
export async function judgeValidation(
  ensemble: LoadedVersion,
  members: readonly [ModelWithSplit, ...ModelWithSplit[]],
  { catalogue, blobs, segmenters }: JudgeValidationPorts,
  tell: (done: number, all: number) => void,
  signal: AbortSignal,
): Promise<JudgedViews> {
  const [{ model: first }] = members;
  const patients = [...new Set(members.flatMap(({ split }) => split.validation))];
  const views = await viewsOfPatients(patients, first.abnormalityKind, catalogue);
  const cases = views.flatMap(({ ref, preparedViews }) => {
    const own = preparedViews.filter(({ abnormalityKind }) => (first.abnormalityKind ?? abnormalityKind) === abnormalityKind);
    return pairViews(own).map((pair) => ({ pair, judges: judgesOf(ref.patient, members) }));
  });
  return segmenters.withModel(ensemble, async (segmenter) => {
    const visible = cases.filter(({ pair }) => hasPicture(pair, segmenter.picture));
    if (visible.length === 0)
      throw invalid(
        "found no prepared mammogram with a mask of the members' validation patients, expected some to choose the threshold on",
        { field: 'model_version_ids' },
      );
    const judge = openJudge();
    for (const [index, { pair, judges }] of visible.entries()) {
      signal.throwIfAborted();
      const example = await loadPair(pair, segmenter.picture, blobs, signal);
      // The mask in the ensemble's size; the image as it is prepared, which a look in a larger size sees more of.
      for (const { mask } of await loadExamples({ size: 1, load: () => Promise.resolve(example) }, segmenter.imageSize, signal)) {
        const { image } = example;
        judge.see((await segmenter.lookAt?.(image, signal, judges)) ?? (await segmenter.predict([image], signal)), mask);
      }
      tell(index + 1, visible.length);
    }
    return { ...judge.judge(), views: visible.length };
  });
}

/** The members, by their places, that did not train on the patient. */
function judgesOf(patient: PatientCode, members: readonly ModelWithSplit[]): readonly number[] {
  return members.flatMap(({ split }, index) => (split.training.includes(patient) ? [] : [index]));
}

async function loadPair(pair: PreparedPair, picture: PictureKind, blobs: Pick<BlobStore, 'get'>, signal: AbortSignal): Promise<Example> {
  const image = await decodePng(await blobs.get(pictureOf(pair, picture), signal));
  const parts = await Promise.all(pair.masks.map(async (mask) => decodeMaskPng(await blobs.get(mask, signal))));
  return { image, mask: unionMasks(image.rows, image.columns, parts) };
}
