import { describeError, invalid, parseUuid, viewKey } from '@mammoline/kernel';
import type { AbnormalityKind, ImageKind, Uuid, ViewRef } from '@mammoline/kernel';
import * as proto from './gen/mammoline/events/v1/events.ts';
import { abnormalityKindCodec, blobRefCodec, imageKindCodec, viewRefCodec, type BlobRef } from './terms.ts';
import type { EventType } from './event-type.ts';

/** Reasons for which the ingestor does not store a file. */
export const rejectionReasons = ['not-dicom', 'empty', 'truncated', 'unreadable', 'burned-in'] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

export interface ImportRequested {
  /** Absolute path of a folder as the ingestor sees it, or `s3://bucket/prefix`. */
  readonly directory: string;
  /** Into the blob store, instead of by reference. */
  readonly copy: boolean;
}

export interface DicomReceived {
  readonly blob: BlobRef;
  /** Relative to the imported folder, forward slashes; or the name of the upload. */
  readonly sourcePath: string;
  readonly importId: Uuid;
}

export interface DicomRejected {
  readonly sourcePath: string;
  readonly importId: Uuid;
  readonly reason: RejectionReason;
  readonly detail: string;
}

export interface ImageCatalogued {
  readonly view: ViewRef;
  readonly abnormalityKind: AbnormalityKind;
  /** Undefined where table rows and no image caused the event. */
  readonly imageKind: ImageKind | undefined;
  readonly imageId: Uuid | undefined;
}

export interface MaskMerged {
  readonly view: ViewRef;
  readonly abnormalityKind: AbnormalityKind;
  readonly mergedMaskId: Uuid;
  readonly revision: number;
}

export interface ViewPrepared {
  readonly view: ViewRef;
  readonly abnormalityKind: AbnormalityKind;
  readonly preparedViewId: Uuid;
  readonly revision: number;
  readonly hasMask: boolean;
}

export interface TrainingRequested {
  readonly runId: Uuid;
}

export interface ModelPublished {
  readonly modelVersionId: Uuid;
  readonly runId: Uuid;
}

export interface PredictionRequested {
  readonly view: ViewRef;
  readonly abnormalityKind: AbnormalityKind;
  readonly preparedViewId: Uuid;
  readonly modelVersionId: Uuid;
}

export interface PredictionCompleted {
  readonly predictionId: Uuid;
  readonly view: ViewRef;
  readonly abnormalityKind: AbnormalityKind;
  readonly modelVersionId: Uuid;
  /** Largest pixel probability, 0 to 1. */
  readonly probability: number;
}

interface Codec<Message> {
  encode(message: Message): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Message;
}

function defineEvent<Data, Message>(
  name: string,
  codec: Codec<Message>,
  toMessage: (data: Data) => Message,
  fromMessage: (message: Message) => Data,
  key: (data: Data) => string,
): EventType<Data> {
  const topic = `mammoline.${name}.v1`;
  return {
    topic,
    key,
    encode: (data) => codec.encode(toMessage(data)).finish(),
    decode: (bytes) => {
      try {
        return fromMessage(codec.decode(bytes));
      } catch (error) {
        throw invalid(`${topic}: found ${String(bytes.length)} bytes that are not its data: ${describeError(error)}`, { cause: error });
      }
    },
  };
}

const ofView = (data: { readonly view: ViewRef }): string => viewKey(data.view);
const optionalUuid = (text: string): Uuid | undefined => (text === '' ? undefined : parseUuid(text));
const requireKind = (value: number): AbnormalityKind => abnormalityKindCodec.require(value, 'abnormality_kind');

export const importRequested = defineEvent<ImportRequested, proto.ImportRequested>(
  'import.requested',
  proto.ImportRequested,
  (data) => ({ ...data }),
  (message) => ({ ...message }),
  (data) => data.directory,
);

export const dicomReceived = defineEvent<DicomReceived, proto.DicomReceived>(
  'dicom.received',
  proto.DicomReceived,
  (data) => ({ ...data, blob: blobRefCodec.toProto(data.blob) }),
  (message) => ({ blob: blobRefCodec.fromProto(message.blob), sourcePath: message.sourcePath, importId: parseUuid(message.importId) }),
  (data) => data.blob.sha256,
);

export const dicomRejected = defineEvent<DicomRejected, proto.DicomRejected>(
  'dicom.rejected',
  proto.DicomRejected,
  (data) => ({ ...data }),
  (message) => {
    const reason = rejectionReasons.find((known) => known === message.reason);
    if (reason === undefined)
      throw invalid(`reason: found ${JSON.stringify(message.reason)}, expected one of ${rejectionReasons.join(', ')}`);
    return { ...message, importId: parseUuid(message.importId), reason };
  },
  (data) => data.sourcePath,
);

export const imageCatalogued = defineEvent<ImageCatalogued, proto.ImageCatalogued>(
  'image.catalogued',
  proto.ImageCatalogued,
  (data) => ({
    view: viewRefCodec.toProto(data.view),
    abnormalityKind: abnormalityKindCodec.toProto(data.abnormalityKind),
    imageKind: imageKindCodec.toProto(data.imageKind),
    imageId: data.imageId ?? '',
  }),
  (message) => ({
    view: viewRefCodec.fromProto(message.view),
    abnormalityKind: requireKind(message.abnormalityKind),
    imageKind: imageKindCodec.fromProto(message.imageKind, 'image_kind'),
    imageId: optionalUuid(message.imageId),
  }),
  ofView,
);

export const maskMerged = defineEvent<MaskMerged, proto.MaskMerged>(
  'mask.merged',
  proto.MaskMerged,
  (data) => ({ ...data, view: viewRefCodec.toProto(data.view), abnormalityKind: abnormalityKindCodec.toProto(data.abnormalityKind) }),
  (message) => ({
    view: viewRefCodec.fromProto(message.view),
    abnormalityKind: requireKind(message.abnormalityKind),
    mergedMaskId: parseUuid(message.mergedMaskId),
    revision: message.revision,
  }),
  ofView,
);

export const viewPrepared = defineEvent<ViewPrepared, proto.ViewPrepared>(
  'view.prepared',
  proto.ViewPrepared,
  (data) => ({ ...data, view: viewRefCodec.toProto(data.view), abnormalityKind: abnormalityKindCodec.toProto(data.abnormalityKind) }),
  (message) => ({
    view: viewRefCodec.fromProto(message.view),
    abnormalityKind: requireKind(message.abnormalityKind),
    preparedViewId: parseUuid(message.preparedViewId),
    revision: message.revision,
    hasMask: message.hasMask,
  }),
  ofView,
);

export const trainingRequested = defineEvent<TrainingRequested, proto.TrainingRequested>(
  'training.requested',
  proto.TrainingRequested,
  (data) => ({ ...data }),
  (message) => ({ runId: parseUuid(message.runId) }),
  (data) => data.runId,
);

export const modelPublished = defineEvent<ModelPublished, proto.ModelPublished>(
  'model.published',
  proto.ModelPublished,
  (data) => ({ ...data }),
  (message) => ({ modelVersionId: parseUuid(message.modelVersionId), runId: parseUuid(message.runId) }),
  (data) => data.modelVersionId,
);

export const predictionRequested = defineEvent<PredictionRequested, proto.PredictionRequested>(
  'prediction.requested',
  proto.PredictionRequested,
  (data) => ({ ...data, view: viewRefCodec.toProto(data.view), abnormalityKind: abnormalityKindCodec.toProto(data.abnormalityKind) }),
  (message) => ({
    view: viewRefCodec.fromProto(message.view),
    abnormalityKind: requireKind(message.abnormalityKind),
    preparedViewId: parseUuid(message.preparedViewId),
    modelVersionId: parseUuid(message.modelVersionId),
  }),
  ofView,
);

export const predictionCompleted = defineEvent<PredictionCompleted, proto.PredictionCompleted>(
  'prediction.completed',
  proto.PredictionCompleted,
  (data) => ({ ...data, view: viewRefCodec.toProto(data.view), abnormalityKind: abnormalityKindCodec.toProto(data.abnormalityKind) }),
  (message) => ({
    predictionId: parseUuid(message.predictionId),
    view: viewRefCodec.fromProto(message.view),
    abnormalityKind: requireKind(message.abnormalityKind),
    modelVersionId: parseUuid(message.modelVersionId),
    probability: message.probability,
  }),
  ofView,
);
