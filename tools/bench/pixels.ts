// Times the preparation of mammograms of 4504 x 2888 pixels, in turn with the reference in Python and OpenCV on one thread (tools/reference/opencv):
//   npm run bench:pixels [-- --input DIR] [--images N] [--rounds N]
// Without --input, mammograms are generated into .cache/bench-pixels. Prints medians of CPU and wall time by step, their ratios, and peak memory.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readPixels } from '@mammoline/dicom';
import {
  bitMaskFromGrey,
  encodeBitMaskPng,
  encodePng,
  openKernels,
  prepareMammogram,
  preparationRecipe,
  prepareNetworkInput,
  uniteMasks,
} from '@mammoline/imaging';
import { sha256Of } from '@mammoline/kernel';
import { z } from 'zod';

const { values } = parseArgs({
  options: { input: { type: 'string' }, images: { type: 'string', default: '10' }, rounds: { type: 'string', default: '3' } },
});
const inWorkspace = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

interface Times {
  readonly cpuMs: number;
  readonly wallMs: number;
}
const times = z.object({ cpuMs: z.number(), wallMs: z.number() });
const answer = z.object({ steps: z.record(z.string(), times), sha256: z.string(), pngBytes: z.number() });
const memoryAnswer = z.object({ maxRssBytes: z.number() });

const python = provideReference();
const tree = values.input ?? (await provideMammograms());
const files = readdirSync(tree, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.dcm'))
  .sort()
  .map((name) => join(tree, name));
const mammograms = files.filter((file) => file.includes('full mammogram')).slice(0, Number(values.images));
const masks = files.filter((file) => isMaskOf(file)).slice(0, 2);
if (mammograms.length === 0 || masks.length < 2) throw new Error(`found ${String(mammograms.length)} mammograms in ${tree}, expected some`);

const reference = spawn(python, [inWorkspace('tools/reference/opencv/prepare.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: reference.stdout })[Symbol.asyncIterator]();
async function ask(order: object): Promise<unknown> {
  reference.stdin.write(`${JSON.stringify(order)}\n`);
  const line: IteratorResult<string, unknown> = await answers.next();
  if (line.done === true) throw new Error('the reference ended before its answer');
  return JSON.parse(line.value);
}

const kernels = openKernels();
const ours = new Map<string, Times[]>();
const theirs = new Map<string, Times[]>();
const add = (to: Map<string, Times[]>, step: string, found: Times): void => void to.set(step, [...(to.get(step) ?? []), found]);

for (let round = 0; round <= Number(values.rounds); round += 1) {
  for (const file of mammograms) {
    const found = await prepare(file);
    const expected = answer.parse(await ask({ mammogram: file }));
    if (found.sha256 !== expected.sha256) throw new Error(`${file}: the pixels are not the reference's`);
    const merged = await merge();
    const union = answer.parse(await ask({ masks }));
    // The first round warms up: both are programs that run for days.
    if (round === 0) continue;
    for (const [step, each] of [...found.steps, ...merged]) add(ours, step, each);
    for (const [step, each] of Object.entries({ ...expected.steps, ...union.steps })) add(theirs, step, each);
    add(ours, 'PNG bytes', { cpuMs: found.pngBytes, wallMs: found.pngBytes });
    add(theirs, 'PNG bytes', { cpuMs: expected.pngBytes, wallMs: expected.pngBytes });
  }
}
const { maxRssBytes } = memoryAnswer.parse(await ask({ memory: true }));
reference.stdin.end();
report();

type Clock = ReturnType<typeof startClock>;

function startClock() {
  const steps: [string, Times][] = [];
  const start = (): (() => Times) => {
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    return () => {
      const wallMs = performance.now() - wall;
      const { user, system } = process.cpuUsage(cpu);
      return { cpuMs: (user + system) / 1000, wallMs };
    };
  };
  const run = <T>(step: string, work: () => T): T => {
    const stop = start();
    const result = work();
    steps.push([step, stop()]);
    return result;
  };
  const wait = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const stop = start();
    const result = await work();
    steps.push([step, stop()]);
    return result;
  };
  return { steps, run, wait };
}

/** Once to the network's size, and once to the full size with its own clock, of which padding and the PNG count. */
async function prepare(file: string) {
  const clock = startClock();
  const pixels = clock.run('read', () => readPixels(readFileSync(file)).pixels);
  const input = prepareNetworkInput(pixels, preparationRecipe, { kernels, step: clock.run });
  await clock.wait('PNG, network’s size', () => encodePng(input.image));
  await clock.wait('PNG, plain', () => encodePng(input.plain));
  const full: Clock = startClock();
  const { image } = prepareMammogram(pixels, preparationRecipe, { kernels, step: full.run });
  const png = await full.wait('PNG, full size', () => encodePng(image));
  const steps = [...clock.steps, ...full.steps.filter(([step]) => step === 'pad' || step === 'PNG, full size')];
  return { steps, sha256: sha256Of(image.data), pngBytes: png.length };
}

async function merge(): Promise<readonly [string, Times][]> {
  const clock = startClock();
  const read = clock.run('read masks', () => masks.map((file) => readPixels(readFileSync(file)).pixels));
  const union = clock.run('merge masks', () => {
    const { rows, columns } = read[0] ?? { rows: 0, columns: 0 };
    return uniteMasks(
      rows,
      columns,
      read.map((pixels) => bitMaskFromGrey(pixels, kernels)),
    );
  });
  await clock.wait('PNG, mask', () => encodeBitMaskPng(union));
  return clock.steps;
}

function report(): void {
  /** Our steps and the reference's that do the same. */
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['read', ['read'], ['read']],
    ['crop and range', ['crop', 'range'], ['crop and range']],
    ['binarise', ['binarise'], ['binarise']],
    ['open and dilate', ['open and dilate'], ['open and dilate']],
    ['largest contour', ['largest contour'], ['largest contour']],
    ['mask, flip, 8 bit, CLAHE', ['facing', 'mask and 8 bit', 'flip', 'CLAHE'], ['mask', 'flip', '8 bit and CLAHE']],
    ['pad and stretch', ['stretch', 'pad'], ['pad and stretch']],
    ['PNG, full size', ['PNG, full size'], ['PNG, full size']],
    ['resize', ['resize'], ['resize']],
    ['PNG, network’s size', ['PNG, network’s size'], ["PNG, network's size"]],
    ['plain picture: resize, PNG', ['plain', 'PNG, plain'], ['resize', "PNG, network's size"]],
  ];
  const shared = rows.slice(0, 6);
  const together = (picked: typeof rows, side: 1 | 2): readonly string[] => picked.flatMap((row) => row[side]);
  const withFullSize = [...shared, ...rows.slice(6, 8)];
  const inputAlone = [...together(shared, 1), 'stretch', 'resize', 'PNG, network’s size'];
  const all: typeof rows = [
    ...rows,
    ['all, with the full-size PNG', together(withFullSize, 1), together(withFullSize, 2)],
    ['the network’s input alone, to the line above', inputAlone, together(withFullSize, 2)],
    ['... to the same of the reference', inputAlone, [...together([...shared, ...rows.slice(6, 7), ...rows.slice(8)], 2)]],
    ['read 2 masks', ['read masks'], ['read masks']],
    ['merge 2 masks', ['merge masks'], ['merge masks']],
    ['PNG, mask', ['PNG, mask'], ['PNG, mask']],
  ];
  const median = (of: Map<string, Times[]>, steps: readonly string[], kind: keyof Times): number =>
    steps.reduce((sum, step) => {
      const sorted = (of.get(step) ?? []).map((each) => each[kind]).toSorted((a, b) => a - b);
      return sum + (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN);
    }, 0);
  console.log(`${cpus()[0]?.model ?? ''}, ${String(availableParallelism())} cores, Node ${process.version}, kernels ${kernels.name}; `);
  console.log(`${String(mammograms.length)} mammograms, ${values.rounds} rounds; medians of milliseconds of CPU (wall)\n`);
  console.log('| step | here | reference | CPU, of the reference’s |\n|---|---:|---:|---:|');
  for (const [name, own, other] of all) {
    const cell = (of: Map<string, Times[]>, steps: readonly string[]): string =>
      `${median(of, steps, 'cpuMs').toFixed(1)} (${median(of, steps, 'wallMs').toFixed(1)})`;
    const ratio = median(ours, own, 'cpuMs') / median(theirs, other, 'cpuMs');
    console.log(`| ${name} | ${cell(ours, own)} | ${cell(theirs, other)} | ${ratio.toFixed(2)} |`);
  }
  const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MB`;
  const pngRatio = median(ours, ['PNG bytes'], 'cpuMs') / median(theirs, ['PNG bytes'], 'cpuMs');
  console.log(`\nfull-size PNG: ${pngRatio.toFixed(3)} of the reference’s bytes`);
  console.log(`peak memory: ${megabytes(1024 * process.resourceUsage().maxRSS)} here, ${megabytes(maxRssBytes)} the reference`);
}

/** Masks and crops share a name in CBIS-DDSM: a mask has one byte a pixel and the mammogram's size. */
function isMaskOf(file: string): boolean {
  if (!file.includes('ROI mask')) return false;
  const { pixels } = readPixels(readFileSync(file));
  return pixels.data instanceof Uint8Array && pixels.data.length > 8e6;
}

/** Python with the pinned versions, in a virtual environment that is made once. */
function provideReference(): string {
  const home = inWorkspace('.cache/reference-opencv');
  const program = join(home, 'bin/python');
  if (existsSync(join(home, 'ready'))) return program;
  execFileSync('python3', ['-m', 'venv', '--clear', home], { stdio: 'inherit' });
  execFileSync(program, ['-m', 'pip', 'install', '--quiet', '--requirement', inWorkspace('tools/reference/opencv/requirements.txt')], {
    stdio: 'inherit',
  });
  mkdirSync(join(home, 'ready'));
  return program;
}

/** Of the generator that lies beside the workspace, which makes them all 4504 x 2888, or of our own, whose sizes vary around that. */
async function provideMammograms(): Promise<string> {
  const directory = inWorkspace('.cache/bench-pixels');
  const generator = inWorkspace('../shared/tools/gen_cbis.py');
  if (existsSync(generator)) {
    if (!existsSync(join(directory, 'truth.json'))) {
      const settings = [
        '--patients',
        '4',
        '--scale',
        '1',
        '--seed',
        '5',
        '--one-size',
        '--kinds',
        'Mass',
        '--quirk-rate',
        '0',
        '--jobs',
        '1',
      ];
      execFileSync(python, [generator, ...settings, '--out', directory], { stdio: 'inherit' });
    }
    return directory;
  }
  const settings = { patients: 5, seed: 5, calcificationShare: 0, heightPx: 4504, quirkRate: 0 };
  // It brings a database's client along, whose heap would slow every collection of garbage down.
  const { generateSampleTree } = await import('@mammoline/testing');
  return (await generateSampleTree({ directory: `${directory}-own`, ...settings })).directory;
}
