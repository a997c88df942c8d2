import { checkTools } from './check-tools.mjs';
import { provideEncoderWeights } from './encoder-weights/provide-encoder-weights.mjs';
import { generateCatalogueClient } from './generate-catalogue-client.mjs';
import { generateContracts } from './generate-contracts.mjs';
import { hydratePostgres } from './hydrate-postgres.mjs';
import { installNode } from './install-node.mjs';
import { installPackages } from './install-packages.mjs';
import { providePrismaEngine } from './provide-prisma-engine.mjs';
import { withSetupLock } from './setup-lock.mjs';
import { runStep } from './step.mjs';
import { prepareTensorflow, provideTensorflow, readTensorflowChoice } from './tensorflow/provide-tensorflow.mjs';

/**
 * Brings everything that the workspace needs, inside the checkout. What is there already costs nothing.
 * `processor`: 'cpu', 'gpu' or undefined (what the last set-up had). `retry`: try again what an earlier set-up could not have: the native TensorFlow, the encoder weights.
 */
export function setUp({ processor, retry = false } = {}) {
  return withSetupLock(async () => {
    const startMs = Date.now();
    console.log('Setting up Mammoline');
    const { missing } = await checkTools();
    const kind = processor ?? (readTensorflowChoice()?.backend === 'native-gpu' ? 'gpu' : 'cpu');

    // The wheel's download needs no package and the packages no wheel.
    const preparing = prepareTensorflow({ kind, missing, say: (text) => console.log(`  ${'tensorflow'.padEnd(18)} ${text}`) });
    await allSettled([
      runStep('node', installNode),
      runStep('packages', installPackages),
      runStep('encoder weights', (say) => provideEncoderWeights(say, { retry })),
    ]);
    await allSettled([
      runStep('postgres', hydratePostgres),
      runStep('contracts', generateContracts),
      runStep('prisma engine', providePrismaEngine).then(() => runStep('catalogue client', generateCatalogueClient)),
      runStep('tensorflow', async (say) => provideTensorflow({ kind, prepared: await preparing, retry, say })),
    ]);
    console.log(`Set up in ${((Date.now() - startMs) / 1000).toFixed(1)} s`);
  });
}

/** Waits for all, then throws the first failure: a failed step does not leave the others' downloads behind it running. */
async function allSettled(steps) {
  const results = await Promise.allSettled(steps);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
