// Inside of the build of an image, packages installed: generates what is generated, brings TensorFlow where it is needed, and copies what the image has:
// node tools/deploy/build-image.mjs light|cpu|cuda DIRECTORY
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateCatalogueClient } from '../setup/generate-catalogue-client.mjs';
import { generateContracts } from '../setup/generate-contracts.mjs';
import { providePrismaEngine } from '../setup/provide-prisma-engine.mjs';
import { runStep } from '../setup/step.mjs';
import { prepareTensorflow, provideTensorflow } from '../setup/tensorflow/provide-tensorflow.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';
import { images, layOutImage } from './lay-out-image.mjs';

const tensorflowOf = { cpu: 'cpu', cuda: 'gpu' };

async function bringTensorflow(kind, say) {
  const prepared = await prepareTensorflow({ kind, missing: [], say });
  if (prepared.problem !== undefined) throw new SetupError(prepared.problem, 'see that the Python registry can be reached');
  const chosen = await provideTensorflow({ kind, prepared, retry: true, say });
  // On a machine an interpreter stands in; an image is either whole or none.
  if (/^(stock|WebAssembly)/.test(chosen)) throw new SetupError(`the native TensorFlow could not be had: ${chosen}`, 'see the lines above');
  return chosen;
}

const [name, target] = process.argv.slice(2);
if (images[name] === undefined || target === undefined) {
  console.error(`expected one of ${Object.keys(images).join(', ')}, and a directory`);
  process.exitCode = 2;
} else {
  await runStep('contracts', generateContracts);
  await runStep('prisma engine', providePrismaEngine);
  await runStep('catalogue client', generateCatalogueClient);
  const tensorflow = tensorflowOf[name];
  if (tensorflow !== undefined) await runStep('tensorflow', (say) => bringTensorflow(tensorflow, say));
  mkdirSync(target, { recursive: true });
  await runStep('files', () => {
    const { projects, packages } = layOutImage(name, path.resolve(target));
    return `${projects.length} projects, ${packages} packages`;
  });
  await runStep('software', async () => {
    const list = await runCommand(['npm', 'sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--omit=dev'], { cwd: target });
    writeFileSync(path.join(target, 'sbom.cdx.json'), list);
    return `${JSON.parse(list).components.length} components in sbom.cdx.json`;
  });
}
