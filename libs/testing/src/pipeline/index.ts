export { differencesOf } from './differences-of.ts';
export { findDamagedBlobs } from './find-damaged-blobs.ts';
export { findInconsistencies, readSubscriptions, type InconsistencyOptions, type Subscription } from './find-inconsistencies.ts';
export type { Finding } from './finding.ts';
export { readPipelineContent, type ContentRow, type PipelineContent } from './read-pipeline-content.ts';
export { withClient } from './with-client.ts';
