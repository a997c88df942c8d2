#!/usr/bin/env node
// npm run setup [-- --gpu | --cpu]
import { parseArgs } from 'node:util';
import { reportFailure } from './setup/report-failure.mjs';
import { setUp } from './setup/set-up.mjs';
import { SetupError } from './workspace/setup-error.mjs';

function parseOptions() {
  try {
    const { values } = parseArgs({ options: { gpu: { type: 'boolean' }, cpu: { type: 'boolean' } } });
    if (values.gpu === true) return { processor: 'gpu' };
    return values.cpu === true ? { processor: 'cpu' } : {};
  } catch (cause) {
    throw new SetupError(cause.message, 'npm run setup takes --gpu (the CUDA build of TensorFlow) or --cpu.', { cause });
  }
}

try {
  await setUp({ ...parseOptions(), retry: true });
} catch (error) {
  reportFailure(error);
}
