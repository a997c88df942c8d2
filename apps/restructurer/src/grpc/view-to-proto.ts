import type { AbnormalityRecord, ImageRecord, MergedMaskRecord, PreparedViewRecord, ViewRecord } from '@mammoline/catalogue';
import { abnormalityKindCodec, blobRefCodec, imageKindCodec, officialSplitCodec, viewRefCodec } from '@mammoline/contracts';
import type { catalogueV1 } from '@mammoline/contracts';
import { formatImageName } from '@mammoline/kernel';

export function viewToProto(view: ViewRecord): catalogueV1.View {
  return {
    ref: viewRefCodec.toProto(view.ref),
    breastDensity: view.breastDensity ?? 0,
    abnormalities: view.abnormalities.map(abnormalityToProto),
    images: view.images.map(imageToProto),
    mergedMasks: view.mergedMasks.map(mergedMaskToProto),
    preparedViews: view.preparedViews.map(preparedViewToProto),
    revision: view.revision,
  };
}

const abnormalityToProto = (row: AbnormalityRecord): catalogueV1.Abnormality => ({
  kind: abnormalityKindCodec.toProto(row.kind),
  number: row.number,
  officialSplit: officialSplitCodec.toProto(row.officialSplit),
  pathology: row.pathology ?? '',
  assessment: row.assessment,
  subtlety: row.subtlety,
  attributes: { ...row.attributes },
  inTables: row.inTables,
});

const imageToProto = (image: ImageRecord): catalogueV1.Image => ({
  id: image.id,
  name:
    image.case === undefined || image.kind === 'UNKNOWN'
      ? ''
      : formatImageName(image.case, image.kind, image.abnormalityNumber, image.variant),
  kind: imageKindCodec.toProto(image.kind === 'UNKNOWN' ? undefined : image.kind),
  abnormalityKind: abnormalityKindCodec.toProto(image.case?.kind),
  abnormalityNumber: image.abnormalityNumber ?? 0,
  blob: blobRefCodec.toProto(image.blob),
  rows: image.header.rows,
  columns: image.header.columns,
  sopInstanceUid: image.header.sopInstanceUid,
  evidence: image.evidence,
  sourcePath: image.sourcePath,
});

const mergedMaskToProto = (mask: MergedMaskRecord): catalogueV1.MergedMask => ({
  abnormalityKind: abnormalityKindCodec.toProto(mask.abnormalityKind),
  revision: mask.revision,
  blob: blobRefCodec.toProto(mask.blob),
  masks: mask.maskCount,
  areaPx: BigInt(mask.areaPx),
});

const preparedViewToProto = (prepared: PreparedViewRecord): catalogueV1.PreparedView => ({
  id: prepared.id,
  abnormalityKind: abnormalityKindCodec.toProto(prepared.abnormalityKind),
  revision: prepared.revision,
  recipeHash: prepared.recipeHash,
  image: blobRefCodec.toProto(prepared.image),
  plain: prepared.plain === undefined ? undefined : blobRefCodec.toProto(prepared.plain),
  mask: prepared.mask === undefined ? undefined : blobRefCodec.toProto(prepared.mask),
});
