import { imageCatalogued } from '@mammoline/contracts';
import { dicomLimitVariables, toDicomLimits } from '@mammoline/dicom';
import { openKernels } from '@mammoline/imaging';
import { bindStage, runService } from '@mammoline/service';
import { mergeMasks } from './merge-masks.ts';

await runService({
  name: 'mask-merger',
  config: dicomLimitVariables,
  open: (runtime, variables) => {
    const ports = { ...runtime, dicomLimits: toDicomLimits(variables), kernels: openKernels() };
    return Promise.resolve({ stages: [bindStage({ name: 'mask-merger', on: imageCatalogued, stage: mergeMasks, ports })] });
  },
});
