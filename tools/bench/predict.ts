// Times predictions of one image after the other, on each engine in turn, each in a process of its own:
//   node tools/bench/predict.ts [--engines onnx,tensorflow] [--backend auto|native|wasm] [--network unet-compact|lite0-unet|vgg16-unet|all] [--size N] [--images N] [--rounds N]
// Prints one line of JSON an engine, network and round. The weights are drawn from a seed: what they say is nonsense, and the same on all engines.
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { backendPreferences, enginePreferences, networkNames, openEngine, recipes, type NetworkName } from '@mammoline/segmentation';
import { clock } from './training/clock.ts';
import { drawModel } from './training/draw-model.ts';

const { values } = parseArgs({
  options: {
    engines: { type: 'string', default: 'onnx,tensorflow' },
    backend: { type: 'string', default: 'auto' },
    network: { type: 'string', default: 'all' },
    size: { type: 'string' },
    images: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '1' },
    // Given to the processes that this one starts.
    alone: { type: 'string' },
  },
});
const one = <Name extends string>(option: string, found: string | undefined, known: readonly Name[]): Name => {
  const name = known.find((each) => each === found);
  if (name === undefined) throw new Error(`--${option}: found ${found ?? 'nothing'}, expected one of ${known.join(', ')}`);
  return name;
};
const backendPreference = one('backend', values.backend, backendPreferences);
const networks = values.network === 'all' ? networkNames : [one('network', values.network, networkNames)];

if (values.alone === undefined) {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const network of networks) {
      for (const engine of values.engines.split(',')) {
        const size = values.size === undefined ? [] : ['--size', values.size];
        const options = ['--alone', engine, '--network', network, '--backend', values.backend, '--images', values.images, ...size];
        execFileSync(process.execPath, [import.meta.filename, ...options], { stdio: 'inherit' });
      }
    }
  }
} else {
  for (const network of networks) await time(network);
}

async function time(name: NetworkName): Promise<void> {
  const own = Object.values(recipes).find(({ network }) => network === name);
  const side = Number(values.size ?? own?.imageSize);
  const engineName = one('alone', values.alone, enginePreferences);
  const file = drawModel(name, side);
  const data = Uint8Array.from({ length: side * side }, (_, at) => (at * 7919) % 251);
  const image = { rows: side, columns: side, data };

  const loading = clock();
  const engine = await openEngine(engineName, backendPreference);
  const segmenter = await engine.load(file);
  const [first] = await segmenter.predict([image]);
  const ready = loading();
  const images = Number(values.images);
  const predicting = clock();
  for (let done = 0; done < images; done += 1) await segmenter.predict([image]);
  const { wallMs, cpuMs } = predicting();
  const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
  console.log(
    JSON.stringify({
      engine: engine.name,
      backend: engine.backend,
      network: name,
      side,
      firstMs: round(ready.wallMs),
      firstCpuMs: round(ready.cpuMs),
      imageMs: round(wallMs / images, 1),
      imageCpuMs: round(cpuMs / images, 1),
      sum: round(first?.data.reduce((sum, value) => sum + value, 0) ?? Number.NaN, 3),
      maxRssGb: round(process.resourceUsage().maxRSS / 1024 ** 2, 2),
      load: round(loadavg()[0] ?? Number.NaN, 1),
    }),
  );
  segmenter.dispose();
}
