import { createSourceTrees } from '@mammoline/blobs';
import { importRequested, ingestV1 } from '@mammoline/contracts';
import { openPseudonyms, toDicomLimits } from '@mammoline/dicom';
import { bindStage, grpcService, readNamedFile } from '@mammoline/service';
import type { ServiceDefinition } from '@mammoline/service';
import type { z } from 'zod';
import { bucketNotifications } from './buckets/bucket-notifications.ts';
import { createObjectImporter } from './buckets/create-object-importer.ts';
import { takeBucketNotification } from './buckets/take-bucket-notification.ts';
import { openDeidentifiedTree } from './deidentify/open-deidentified-tree.ts';
import { filesPerBatch } from './import/import-folder.ts';
import { importFolderRpc } from './import/import-folder-rpc.ts';
import { importTimeLimitMs, takeImportRequest } from './import/take-import-request.ts';
import type { IngestPorts } from './ingest-ports.ts';
import { ingestVariables } from './ingest-variables.ts';
import { uploadRpc } from './upload/upload-rpc.ts';

/** Notifications handled at once: what is new of them goes in batches. */
const notificationsAtOnce = 2 * filesPerBatch;

/** Files and uploads in: stored or referred to, accounted for, announced once. */
export const ingestor: ServiceDefinition<z.infer<typeof ingestVariables>> = {
  name: 'ingestor',
  config: ingestVariables,
  open: async (runtime, config) => {
    const pseudonyms = await openPseudonyms(config, readNamedFile);
    const openTree = createSourceTrees(config.MAMMOLINE_BLOBS_URL);
    const ports: IngestPorts = {
      ...runtime,
      dicomLimits: toDicomLimits(config),
      openTree: pseudonyms === undefined ? openTree : async (root) => openDeidentifiedTree(await openTree(root), pseudonyms),
      pseudonyms,
    };
    const { MAMMOLINE_BUCKET_EVENTS_TOPIC: topic } = config;
    const bucketStages =
      topic === undefined
        ? []
        : [
            bindStage({
              name: 'ingestor.buckets',
              on: bucketNotifications(topic),
              stage: takeBucketNotification,
              ports: { importObject: createObjectImporter(ports) },
              concurrency: notificationsAtOnce,
            }),
          ];
    return {
      stages: [
        bindStage({ name: 'ingestor', on: importRequested, stage: takeImportRequest, ports, timeLimitMs: importTimeLimitMs }),
        ...bucketStages,
      ],
      grpc: [
        grpcService(ingestV1.IngestServiceDefinition, {
          importFolder: (request, context) => importFolderRpc(ports, request, context),
          upload: (requests, context) => uploadRpc(ports, requests, context),
        }),
      ],
    };
  },
};
