export type { BlobStore } from './blob-store.ts';
export { openBlobStore } from './open-blob-store.ts';
export { createSourceTrees, type OpenSourceTree } from './create-source-trees.ts';
export { referenceFile } from './reference-file.ts';
export { formatS3Address, parseS3Address, s3AddressStart } from './s3-address.ts';
export { noStamp, UnreadableSource, type FileStamp, type SourceEntry, type SourceFile, type SourceTree } from './source-tree.ts';
