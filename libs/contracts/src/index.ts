export * from './events.ts';
export { deadLetterTopic, outgoing, type EventEnvelope, type EventType, type OutgoingEvent } from './event-type.ts';
export {
  abnormalityKindCodec,
  blobRefCodec,
  imageKindCodec,
  lateralityCodec,
  officialSplitCodec,
  viewPositionCodec,
  viewRefCodec,
  type BlobRef,
} from './terms.ts';
export * as ingestV1 from './gen/mammoline/ingest/v1/ingest.ts';
export * as catalogueV1 from './gen/mammoline/catalogue/v1/catalogue.ts';
export * as trainingV1 from './gen/mammoline/training/v1/training.ts';
export * as predictionV1 from './gen/mammoline/prediction/v1/prediction.ts';
export * as modelsV1 from './gen/mammoline/models/v1/models.ts';
export * as commonV1 from './gen/mammoline/common/v1/terms.ts';
export { readDescriptorSet } from './read-descriptor-set.ts';
