import { ingestV1 } from '@mammoline/contracts';
import { grpcService } from '@mammoline/service';
import type { ServiceDefinition } from '@mammoline/service';
import { z } from 'zod';
import { importFolderRpc } from './import/import-folder-rpc.ts';
import { uploadRpc } from './upload/upload-rpc.ts';

/** Files and uploads in: stored or referred to, accounted for, announced once. It has no settings of its own. */
export const ingestor: ServiceDefinition<unknown> = {
  name: 'ingestor',
  config: z.object({}),
  open: (runtime) =>
    Promise.resolve({
      grpc: [
        grpcService(ingestV1.IngestServiceDefinition, {
          importFolder: (request, context) => importFolderRpc(runtime, request, context),
          upload: (requests, context) => uploadRpc(runtime, requests, context),
        }),
      ],
    }),
};
