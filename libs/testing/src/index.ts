export { describeBlobStore, type BlobStoreUnderTest } from './contracts/blob-store-contract.ts';
export { startTestKafka, stopTestKafka, whyNoKafka, type TestKafka } from './kafka.ts';
export { createTestDatabase, stopTestPostgres, type TestDatabase } from './postgres.ts';
export { describeTransport, type TransportUnderTest } from './contracts/transport-contract.ts';
export { startTestObjectStore, type TestObjectStore } from './object-store.ts';
export { openReflectionClient, type ReflectionClient } from './grpc/open-reflection-client.ts';
export { generateSampleTree, type SampleTree, type SampleTreeOptions } from './sample-tree/index.ts';
export { openStageBench, type StageBench, type StageRun } from './stage-bench.ts';
export { startService, type RunningService } from './start-service.ts';
