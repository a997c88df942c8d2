export type { BlobStore } from './blob-store.ts';
