export { describeBlobStore, type BlobStoreUnderTest } from './contracts/blob-store-contract.ts';
export { createTestDatabase, stopTestPostgres, type TestDatabase } from './postgres.ts';
export { describeTransport, type TransportUnderTest } from './contracts/transport-contract.ts';
