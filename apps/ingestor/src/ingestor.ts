import { ingestV1 } from '@mammoline/contracts';
import { dicomLimitVariables, toDicomLimits } from '@mammoline/dicom';
import { grpcService } from '@mammoline/service';
import type { ServiceDefinition } from '@mammoline/service';
import type { z } from 'zod';
import { importFolderRpc } from './import/import-folder-rpc.ts';
import { uploadRpc } from './upload/upload-rpc.ts';

/** Files and uploads in: stored or referred to, accounted for, announced once. */
export const ingestor: ServiceDefinition<z.infer<typeof dicomLimitVariables>> = {
  name: 'ingestor',
  config: dicomLimitVariables,
  open: (runtime, variables) => {
    const ports = { ...runtime, dicomLimits: toDicomLimits(variables) };
    return Promise.resolve({
      grpc: [
        grpcService(ingestV1.IngestServiceDefinition, {
          importFolder: (request, context) => importFolderRpc(ports, request, context),
          upload: (requests, context) => uploadRpc(ports, requests, context),
        }),
      ],
    });
  },
};
