// Times training steps, and predictions on the engine that the predictor takes here, in turn with the same networks in Python TensorFlow of the same version:
//   npm run bench:train -- [--cases compact-train,vgg16-train,...] [--rounds 2] [--steps N] [--backend native] [--no-python]
// Each measurement is a process of its own; CPU and wall are medians of its steps after the first, memory is the most that the process had. The Python packages go into .cache.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const packages = ['tensorflow-cpu==2.19.1', 'keras==3.10.0'];
/** Cases, how many steps each, and whether Python has it too: the loop around the steps is this project's. */
const cases = [
  { name: 'compact-train', steps: 7, inPython: true },
  { name: 'compact-loop', steps: 7, inPython: false },
  { name: 'lite0-train', steps: 7, inPython: true },
  { name: 'lite0-loop', steps: 7, inPython: false },
  { name: 'vgg16-train', steps: 4, inPython: true },
  // The same without adding up parts of the batch.
  { name: 'vgg16-whole-batch', steps: 4, inPython: false },
  { name: 'vgg16-loop', steps: 4, inPython: false },
  { name: 'compact-predict', steps: 21, inPython: true },
  { name: 'lite0-predict', steps: 21, inPython: true },
  { name: 'vgg16-predict', steps: 11, inPython: true },
] as const;

const measured = z.object({ wallMs: z.number(), cpuMs: z.number(), peakMb: z.number(), version: z.string() });
type Measured = z.infer<typeof measured>;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: cases.map(({ name }) => name).join(',') },
    rounds: { type: 'string', default: '2' },
    steps: { type: 'string' },
    backend: { type: 'string', default: 'native' },
    'no-python': { type: 'boolean', default: false },
  },
});
const chosen = cases.filter(({ name }) => values.cases.split(',').includes(name));
const rounds = Number(values.rounds);
const python = values['no-python'] ? undefined : providePython();

console.log(`| case | round | here: wall ms | CPU ms | peak MB | Python: wall ms | CPU ms | peak MB | CPU, of Python's | memory | load |`);
console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (let round = 1; round <= rounds; round += 1) {
  for (const { name, steps, inPython } of chosen) {
    const count = values.steps ?? String(steps);
    const here = measure(process.execPath, [join(import.meta.dirname, 'training', 'time-steps.ts'), name, count, values.backend]);
    const there =
      python !== undefined && inPython ? measure(python, [join(import.meta.dirname, 'training', 'time_steps.py'), name, count]) : undefined;
    // Told at once: a measurement takes minutes on a busy machine.
    console.error(JSON.stringify({ name, round, here, there }));
    const cells = [here, there].flatMap((one) => (one === undefined ? ['', '', ''] : [one.wallMs, one.cpuMs, one.peakMb].map(whole)));
    const ratios = there === undefined ? ['', ''] : [here.cpuMs / there.cpuMs, here.peakMb / there.peakMb].map((ratio) => ratio.toFixed(2));
    console.log(`| ${[name, round, ...cells, ...ratios, whole(loadavg()[0] ?? Number.NaN)].join(' | ')} |`);
  }
}

function measure(program: string, args: readonly string[]): Measured {
  const environment = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const output = execFileSync(program, args, { encoding: 'utf8', env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  return measured.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
}

/** A virtual environment with TensorFlow of the version that the native backend has. */
function providePython(): string {
  const directory = join(import.meta.dirname, '..', '..', '.cache', 'python-tensorflow-2.19.1');
  const program = join(directory, 'bin', 'python');
  if (!existsSync(join(directory, 'ready'))) {
    execFileSync('python3', ['-m', 'venv', directory], { stdio: 'inherit' });
    execFileSync(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], { stdio: 'inherit' });
    execFileSync('touch', [join(directory, 'ready')]);
  }
  return program;
}

function whole(value: number): string {
  return value.toFixed(0);
}
