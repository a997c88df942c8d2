import { createSourceTrees } from '@mammoline/blobs';
import { importRequested, ingestV1 } from '@mammoline/contracts';
import { dicomLimitVariables, toDicomLimits } from '@mammoline/dicom';
import { bindStage, grpcService } from '@mammoline/service';
import type { ServiceDefinition } from '@mammoline/service';
import { z } from 'zod';
import { importFolderRpc } from './import/import-folder-rpc.ts';
import { importTimeLimitMs, takeImportRequest } from './import/take-import-request.ts';
import { uploadRpc } from './upload/upload-rpc.ts';

const variables = z.object({ ...dicomLimitVariables.shape, MAMMOLINE_BLOBS_URL: z.string() });

/** Files and uploads in: stored or referred to, accounted for, announced once. */
export const ingestor: ServiceDefinition<z.infer<typeof variables>> = {
  name: 'ingestor',
  config: variables,
  open: (runtime, config) => {
    const ports = { ...runtime, dicomLimits: toDicomLimits(config), openTree: createSourceTrees(config.MAMMOLINE_BLOBS_URL) };
    return Promise.resolve({
      stages: [bindStage({ name: 'ingestor', on: importRequested, stage: takeImportRequest, ports, timeLimitMs: importTimeLimitMs })],
      grpc: [
        grpcService(ingestV1.IngestServiceDefinition, {
          importFolder: (request, context) => importFolderRpc(ports, request, context),
          upload: (requests, context) => uploadRpc(ports, requests, context),
        }),
      ],
    });
  },
};
