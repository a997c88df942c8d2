// Times training steps on the backend of this machine:
//   node tools/bench/train-step.ts [--backend auto|native|wasm] [--network unet-compact|vgg16-unet|all] [--size N] [--batch N] [--steps N]
// Prints one line of JSON a network. The losses come from fixed seeds: they should fall, and be alike on all backends.
import { parseArgs } from 'node:util';
import { backendPreferences, countParameters, createNetwork, networkNames, openBackend, timeTrainingSteps } from '@mammoline/segmentation';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'auto' },
    network: { type: 'string', default: 'all' },
    size: { type: 'string' },
    batch: { type: 'string' },
    steps: { type: 'string', default: '6' },
  },
});
const preference = backendPreferences.find((name) => name === values.backend);
if (preference === undefined) throw new Error(`--backend: found ${values.backend}, expected one of ${backendPreferences.join(', ')}`);
const networks = networkNames.filter((name) => values.network === 'all' || values.network === name);
if (networks.length === 0) throw new Error(`--network: found ${values.network}, expected one of ${networkNames.join(', ')}, all`);

const backend = await openBackend(preference);
console.log(JSON.stringify({ backend: backend.name, reason: backend.reason, node: process.version }));
for (const name of networks) {
  const isCompact = name === 'unet-compact';
  const side = Number(values.size ?? (isCompact ? 256 : 224));
  const batch = Number(values.batch ?? (isCompact ? 8 : 4));
  const network = createNetwork(backend, name, { seed: 1 });
  const steps = await timeTrainingSteps(network, { side, batch, steps: Number(values.steps) });
  const round = (value: number, digits: number): number => Number(value.toFixed(digits));
  console.log(
    JSON.stringify({
      network: name,
      parameters: countParameters(network),
      side,
      batch,
      firstStepMs: round(steps[0]?.wallMs ?? Number.NaN, 0),
      medianStepMs: round(medianOf(steps.slice(1).map(({ wallMs }) => wallMs)), 0),
      medianCpuMs: round(medianOf(steps.slice(1).map(({ cpuMs }) => cpuMs)), 0),
      losses: steps.map(({ loss }) => round(loss, 4)),
      maxRssGb: round(process.resourceUsage().maxRSS / 1024 ** 2, 2),
    }),
  );
  network.dispose();
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}
