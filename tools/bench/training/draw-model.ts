import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNetwork, networkNames, openBackend, readWeights, serializeWeights, type NetworkName } from '@mammoline/segmentation';

/**
 * A model file with weights drawn from a seed: what it predicts is nonsense, and the same on all engines. A process of its own draws it, since the
 * memory of the one that predicts is measured.
 */
export function drawModel(network: NetworkName, imageSize: number): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'mammoline-bench-model-'));
  try {
    const file = join(directory, 'model.safetensors');
    execFileSync(process.execPath, [import.meta.filename, network, String(imageSize), file], { stdio: 'inherit' });
    return readFileSync(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

if (import.meta.main) {
  const [asked, side, file = ''] = process.argv.slice(2);
  const name = networkNames.find((one) => one === asked);
  if (name === undefined) throw new Error(`found ${asked ?? 'nothing'}, expected one of ${networkNames.join(', ')}`);
  const network = createNetwork(await openBackend(), name, { seed: 1 });
  writeFileSync(file, serializeWeights({ network: name, imageSize: Number(side), threshold: 0.5, weights: await readWeights(network) }));
}
