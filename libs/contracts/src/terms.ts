import { bug, invalid, parsePatientCode, parseSha256 } from '@mammoline/kernel';
import type { AbnormalityKind, ImageKind, Laterality, OfficialSplit, Sha256, ViewPosition, ViewRef } from '@mammoline/kernel';
import {
  AbnormalityKind as AbnormalityKindProto,
  ImageKind as ImageKindProto,
  Laterality as LateralityProto,
  OfficialSplit as OfficialSplitProto,
  ViewPosition as ViewPositionProto,
} from './gen/mammoline/common/v1/terms.ts';
import type { BlobRef as BlobRefProto, ViewRef as ViewRefProto } from './gen/mammoline/common/v1/terms.ts';

/** Where bytes are, and which bytes they must be. */
export interface BlobRef {
  readonly sha256: Sha256;
  readonly sizeBytes: number;
  /** `file:///…` for a file kept where it is, `cas:` for the content-addressed store. */
  readonly uri: string;
}

/** Two-way translation between a closed word and its number in the protocol; 0 (unspecified) is undefined. */
interface TermCodec<Word extends string, Wire extends number> {
  toProto(word: Word | undefined): Wire;
  /** @throws Failure invalid, naming the field, for a number outside the vocabulary. */
  fromProto(value: number, field: string): Word | undefined;
  /** Like fromProto, and unspecified is refused too. */
  require(value: number, field: string): Word;
}

function termCodec<Word extends string, Wire extends number>(
  unspecified: Wire,
  wires: Readonly<Record<Word, Wire>>,
): TermCodec<Word, Wire> {
  const words = new Map<number, Word>();
  for (const word in wires) words.set(wires[word], word);
  const fromProto = (value: number, field: string): Word | undefined => {
    const word = words.get(value);
    if (word === undefined && value !== unspecified) {
      throw invalid(`${field}: found ${String(value)}, expected one of ${[...words.values()].join(', ')}`, { field });
    }
    return word;
  };
  return {
    toProto: (word) => (word === undefined ? unspecified : wires[word]),
    fromProto,
    require: (value, field) => {
      const word = fromProto(value, field);
      if (word === undefined) throw invalid(`${field} is missing: expected one of ${[...words.values()].join(', ')}`, { field });
      return word;
    },
  };
}

export const lateralityCodec = termCodec<Laterality, LateralityProto>(LateralityProto.LATERALITY_UNSPECIFIED, {
  LEFT: LateralityProto.LATERALITY_LEFT,
  RIGHT: LateralityProto.LATERALITY_RIGHT,
});

export const viewPositionCodec = termCodec<ViewPosition, ViewPositionProto>(ViewPositionProto.VIEW_POSITION_UNSPECIFIED, {
  CC: ViewPositionProto.VIEW_POSITION_CC,
  MLO: ViewPositionProto.VIEW_POSITION_MLO,
});

export const abnormalityKindCodec = termCodec<AbnormalityKind, AbnormalityKindProto>(AbnormalityKindProto.ABNORMALITY_KIND_UNSPECIFIED, {
  MASS: AbnormalityKindProto.ABNORMALITY_KIND_MASS,
  CALCIFICATION: AbnormalityKindProto.ABNORMALITY_KIND_CALCIFICATION,
});

export const officialSplitCodec = termCodec<OfficialSplit, OfficialSplitProto>(OfficialSplitProto.OFFICIAL_SPLIT_UNSPECIFIED, {
  TRAINING: OfficialSplitProto.OFFICIAL_SPLIT_TRAINING,
  TEST: OfficialSplitProto.OFFICIAL_SPLIT_TEST,
});

export const imageKindCodec = termCodec<ImageKind, ImageKindProto>(ImageKindProto.IMAGE_KIND_UNSPECIFIED, {
  FULL: ImageKindProto.IMAGE_KIND_FULL,
  CROP: ImageKindProto.IMAGE_KIND_CROP,
  MASK: ImageKindProto.IMAGE_KIND_MASK,
});

export const viewRefCodec = {
  toProto: (view: ViewRef): ViewRefProto => ({
    patientCode: view.patient,
    laterality: lateralityCodec.toProto(view.laterality),
    position: viewPositionCodec.toProto(view.position),
  }),
  /** @throws Failure invalid, naming the field at fault. */
  fromProto: (view: ViewRefProto | undefined, field = 'view'): ViewRef => {
    if (view === undefined) throw invalid(`${field} is missing`, { field });
    const patient = parsePatientCode(view.patientCode);
    if (patient === undefined) {
      throw invalid(
        `${field}.patient_code: found ${JSON.stringify(view.patientCode)}, expected P_ and five to seven digits, or a pseudonym`,
        {
          field: `${field}.patient_code`,
        },
      );
    }
    return {
      patient,
      laterality: lateralityCodec.require(view.laterality, `${field}.laterality`),
      position: viewPositionCodec.require(view.position, `${field}.position`),
    };
  },
};

export const blobRefCodec = {
  toProto: (blob: BlobRef): BlobRefProto => ({ sha256: blob.sha256, sizeBytes: BigInt(blob.sizeBytes), uri: blob.uri }),
  fromProto: (blob: BlobRefProto | undefined): BlobRef => {
    if (blob === undefined) throw bug('the event has no blob reference');
    return { sha256: parseSha256(blob.sha256), sizeBytes: Number(blob.sizeBytes), uri: blob.uri };
  },
};
