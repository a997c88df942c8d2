// Measures the threads that prepare mammograms of 4504 x 2888 pixels, 16 bit: how many a second with one, two and four of them, and the memory that each takes:
//   npm run bench:workers [-- --images N]
// Each number of threads has a process of its own, whose peak of resident memory is read at its end: with the network's input alone, and with the full size.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeDicom } from '@mammoline/dicom';
import { preparationRecipe } from '@mammoline/imaging';
import { openPixelWorkers } from '@mammoline/preparation';
import { z } from 'zod';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '12' },
    threads: { type: 'string' },
    file: { type: 'string' },
    'full-size': { type: 'boolean', default: false },
  },
});
const images = Number(values.images);
const figures = z.object({ seconds: z.number(), cpuSeconds: z.number(), peakMb: z.number() });

/** A bright half ellipse with grain at the left edge of a dark scan. */
function mammogram(): Uint8Array {
  const [rows, columns] = [4504, 2888];
  const data = new Uint16Array(rows * columns);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      const distance = Math.hypot((y - 2250) / 1800, x / 1900);
      data[y * columns + x] = distance < 1 ? 20_000 + Math.round(30_000 * (1 - distance)) + ((x * 7919 + y * 104_729) % 2000) : 100;
    }
  }
  const uids = { sopInstanceUid: '1.2.1', seriesInstanceUid: '1.2.2', studyInstanceUid: '1.2.3' };
  return writeDicom({ rows, columns, data, ...uids, patientId: 'Mass-Training_P_00001_LEFT_CC' });
}

async function measure(file: string, threads: number): Promise<z.infer<typeof figures>> {
  const pixels = openPixelWorkers(threads);
  const recipe = { ...preparationRecipe, fullSize: values['full-size'] };
  const prepare = (): Promise<unknown> =>
    pixels.run('mammogram', async () => ({ dicom: await readFile(file), maskPng: undefined, recipe }), new AbortController().signal);
  await Promise.all(Array.from({ length: threads }, prepare));
  const [startedMs, startedCpu] = [performance.now(), process.cpuUsage()];
  await Promise.all(Array.from({ length: images }, prepare));
  const { user, system } = process.cpuUsage(startedCpu);
  const seconds = (performance.now() - startedMs) / 1000;
  await pixels.close();
  return { seconds, cpuSeconds: (user + system) / 1e6, peakMb: process.resourceUsage().maxRSS / 1024 };
}

if (values.threads !== undefined && values.file !== undefined) {
  console.log(JSON.stringify(await measure(values.file, Number(values.threads))));
} else {
  const directory = mkdtempSync(join(tmpdir(), 'mammoline-bench-workers-'));
  try {
    const file = join(directory, 'mammogram.dcm');
    writeFileSync(file, mammogram());
    console.log(
      `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? '?'}, Node ${process.version}`,
    );
    for (const recipe of [[], ['--full-size']]) {
      let alone: number | undefined;
      for (const threads of [1, 2, 4]) {
        const args = [
          ...process.execArgv,
          fileURLToPath(import.meta.url),
          '--file',
          file,
          '--images',
          String(images),
          '--threads',
          String(threads),
          ...recipe,
        ];
        const { seconds, cpuSeconds, peakMb } = figures.parse(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })));
        const each = alone === undefined ? '' : `, ${((peakMb - alone) / (threads - 1)).toFixed(0)} MB for each further thread`;
        alone ??= peakMb;
        console.log(
          `${recipe.join('') || 'network size'}: ${threads} threads: ${(images / seconds).toFixed(2)} a second, ` +
            `${((cpuSeconds / images) * 1000).toFixed(0)} ms of CPU each, peak ${peakMb.toFixed(0)} MB${each}`,
        );
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}
