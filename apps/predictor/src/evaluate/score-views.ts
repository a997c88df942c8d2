import type { BlobStore } from '@mammoline/blobs';
import {
  hasPicture,
  pictureOf,
  type CatalogueReader,
  type ModelVersionRecord,
  type PreparedViewRecord,
  type ViewRecord,
} from '@mammoline/catalogue';
import { decodeMaskPng, decodePng, parseGeometry } from '@mammoline/imaging';
import { formatCaseName, sha256Of, stableJson, type PatientCode, type PictureKind } from '@mammoline/kernel';
import { scoreImage, type ScoredView } from '@mammoline/segmentation';
import type { Segmenters } from '../models/open-segmenters.ts';
import { segmentImage } from '../predict/segment-image.ts';
import { viewsOfPatients } from '../predict/views-of-patients.ts';
import { traitsOfView } from './traits-of-view.ts';

export interface ScoreViewsPorts {
  readonly catalogue: Pick<CatalogueReader, 'listViews'>;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly segmenters: Pick<Segmenters, 'withModel'>;
}

export interface ScoredViews {
  readonly views: readonly ScoredView[];
  /** Case names of mammograms without a prepared image, as the model sees it, or a truth. */
  readonly unscored: readonly string[];
  /** Of what was evaluated: cases, prepared images, truths. */
  readonly dataHash: string;
}

/**
 * Predicts and scores every mammogram of the patients, each by the patient's model, one after the other: memory holds the pixels of one.
 * @param tell after each view; awaited nowhere
 */
export async function scoreViews(
  models: ReadonlyMap<PatientCode, ModelVersionRecord>,
  { catalogue, blobs, segmenters }: ScoreViewsPorts,
  tell: (done: number, all: number) => void,
  signal: AbortSignal,
): Promise<ScoredViews> {
  const [firstModel] = models.values();
  const found = await viewsOfPatients([...models.keys()], firstModel?.abnormalityKind, catalogue);
  const cases = found.flatMap((view) => casesOf(view, models.get(view.ref.patient)));
  const views: ScoredView[] = [];
  const unscored: string[] = [];
  const data: unknown[] = [];
  const pictureSeenBy = (model: ModelVersionRecord) => segmenters.withModel(model, ({ picture }) => Promise.resolve(picture));
  for (const [index, { view, model, kind, name, prepared }] of cases.entries()) {
    signal.throwIfAborted();
    const merged = view.mergedMasks.find((mask) => mask.abnormalityKind === kind);
    const geometry = prepared && parseGeometry(prepared.geometry);
    // Of another size where another mammogram took the place of the one that was prepared: its preparation is on the way.
    if (
      prepared === undefined ||
      !hasPicture(prepared, await pictureSeenBy(model)) ||
      merged?.rows !== geometry?.source.rows ||
      merged?.columns !== geometry?.source.columns
    )
      unscored.push(name);
    else if (merged !== undefined && geometry !== undefined) {
      const load = async (picture: PictureKind) => decodePng(await blobs.get(pictureOf(prepared, picture), signal));
      const segmentation = await segmentImage({ pictureOf: load, geometry, pixelSpacingMm: undefined }, model, segmenters, signal);
      const truth = await decodeMaskPng(await blobs.get(merged.blob, signal));
      const scores = scoreImage({ ...segmentation, truth });
      const traits = traitsOfView(view, kind, scores.truthAreaPx / (merged.rows * merged.columns));
      const { uncertainty } = segmentation;
      views.push({
        ...scores,
        case: name,
        patient: view.ref.patient,
        modelVersionId: model.id,
        traits,
        uncertainty: uncertainty?.value,
        isAbstained: uncertainty?.isAbstained,
      });
      data.push([name, prepared.inputsHash, merged.blob.sha256]);
    }
    tell(index + 1, cases.length);
  }
  return { views, unscored, dataHash: sha256Of(stableJson(data)) };
}

interface EvaluatedCase {
  readonly view: ViewRecord;
  readonly model: ModelVersionRecord;
  readonly kind: PreparedViewRecord['abnormalityKind'];
  readonly name: string;
  readonly prepared: PreparedViewRecord | undefined;
}

/** One for each kind that the view has a mammogram of and the model was trained on. */
function casesOf(view: ViewRecord, model: ModelVersionRecord | undefined): readonly EvaluatedCase[] {
  if (model === undefined) return [];
  const cases = new Map<PreparedViewRecord['abnormalityKind'], EvaluatedCase>();
  for (const image of view.images) {
    if (image.kind !== 'FULL' || image.case === undefined) continue;
    const { kind } = image.case;
    if (model.abnormalityKind !== undefined && model.abnormalityKind !== kind) continue;
    const prepared = view.preparedViews.find(({ abnormalityKind }) => abnormalityKind === kind);
    cases.set(kind, { view, model, kind, name: formatCaseName(image.case), prepared });
  }
  return [...cases.values()];
}
