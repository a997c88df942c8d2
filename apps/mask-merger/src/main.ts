import { imageCatalogued } from '@mammoline/contracts';
import { bindStage, runService } from '@mammoline/service';
import { z } from 'zod';
import { mergeMasks } from './merge-masks.ts';

await runService({
  name: 'mask-merger',
  config: z.object({}),
  open: (runtime) =>
    Promise.resolve({ stages: [bindStage({ name: 'mask-merger', on: imageCatalogued, stage: mergeMasks, ports: runtime })] }),
});
