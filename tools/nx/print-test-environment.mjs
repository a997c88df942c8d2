// What tests see beside the sources; Nx takes the output into the hash of a test run: the TensorFlow that was chosen, and the data sets beside the checkout.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { inWorkspace } from '../workspace/paths.mjs';
import { readTensorflowChoice } from '../setup/tensorflow/provide-tensorflow.mjs';

const data = inWorkspace('..', 'shared', 'data');

function listData() {
  try {
    return readdirSync(data).map((name) => `${name} ${statSync(path.join(data, name)).mtimeMs}`);
  } catch {
    return ['no data sets'];
  }
}

console.log([`TensorFlow: ${readTensorflowChoice()?.backend}`, ...listData()].join('\n'));
