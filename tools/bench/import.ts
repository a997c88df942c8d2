// Times the import of a folder by the real ingestor, in turn with sha256sum and openssl on the same files, all in the page cache:
//   npm run bench:import [-- --files N] [--rounds N] [--small N]
// First N mammograms of 4504 x 2888 pixels, 16 bit: bytes a second of all, and the ratios. Then N files of a kilobyte: files a second, and CPU a file.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ingestV1 } from '@mammoline/contracts';
import { writeDicom } from '@mammoline/dicom';
import { bug } from '@mammoline/kernel';
import { createTestDatabase, startService } from '@mammoline/testing';
import { z } from 'zod';
import { cpuMs } from './catalogue/cpu-ms.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '12' },
    rounds: { type: 'string', default: '5' },
    small: { type: 'string', default: '5000' },
  },
});
const ingestor = fileURLToPath(new URL('../../apps/ingestor/src/main.ts', import.meta.url));

/** A mammogram, or the smallest picture; its content depends on the seed. */
function dicomFile(seed: number, rows: number, columns: number): Uint8Array {
  const data = new Uint16Array(rows * columns);
  for (let at = 0; at < data.length; at += 1) data[at] = (at * 31 + seed * 7919) & 0xffff;
  const uid = (part: number): string => `1.2.826.0.1.3680043.10.1577.8.${part}.${seed}`;
  return writeDicom({
    rows,
    columns,
    data,
    sopInstanceUid: uid(1),
    seriesInstanceUid: uid(2),
    studyInstanceUid: uid(3),
    patientId: `Mass-Training_P_${String(seed).padStart(5, '0')}_LEFT_CC`,
    seriesDescription: 'full mammogram images',
  });
}

async function writeTree(root: string, count: number, rows: number, columns: number): Promise<{ paths: string[]; bytes: number }> {
  const paths: string[] = [];
  let bytes = 0;
  for (let seed = 0; seed < count; seed += 1) {
    const folder = join(root, String(Math.floor(seed / 1000)));
    if (seed % 1000 === 0) await mkdir(folder, { recursive: true });
    const file = dicomFile(seed, rows, columns);
    const path = join(folder, `${seed}.dcm`);
    await writeFile(path, file);
    paths.push(path);
    bytes += file.length;
  }
  return { paths, bytes };
}

interface Figures {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** A fresh database and a fresh ingestor each time: every file is new to it. A folder of a few small files warms it up: services run for days. */
async function importTree(directory: string, root: string, files: number): Promise<Figures> {
  const database = await createTestDatabase();
  const service = await startService(ingestor, ingestV1.IngestServiceDefinition, { postgresUrl: database.url, directory });
  try {
    const { pid } = z.object({ pid: z.number() }).parse(JSON.parse(await readFile(join(directory, 'service.json'), 'utf8')));
    for await (const _ of service.client.importFolder({ directory: join(directory, 'first'), copy: false }));
    const [startedMs, startedCpuMs] = [performance.now(), cpuMs(pid)];
    let stored = 0n;
    for await (const totals of service.client.importFolder({ directory: root, copy: false })) ({ stored } = totals);
    const figures = { wallMs: performance.now() - startedMs, cpuMs: cpuMs(pid) - startedCpuMs };
    if (stored !== BigInt(files)) throw bug(`found ${stored} files stored, expected ${files}`);
    return figures;
  } finally {
    await service.stop();
    await database.drop();
  }
}

/** Wall and CPU time of `COMMAND FILE...`, as bash's `time` tells them. */
function sumTree(command: string, paths: readonly string[]): Figures {
  const script = `TIMEFORMAT="%R %U %S"; time ${command} "$@" > /dev/null`;
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...paths], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const [wallS, userS, systemS] = stderr.trim().split(' ').map(Number);
  if (status !== 0 || wallS === undefined || userS === undefined || systemS === undefined) throw bug(`${command} failed: ${stderr}`);
  return { wallMs: wallS * 1000, cpuMs: (userS + systemS) * 1000 };
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
const medians = (all: readonly Figures[]): Figures => ({
  wallMs: median(all.map(({ wallMs }) => wallMs)),
  cpuMs: median(all.map((figures) => figures.cpuMs)),
});

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? '?'}, Node ${process.version}`,
);
const directory = await mkdtemp(join(tmpdir(), 'mammoline-bench-import-'));
try {
  await writeTree(join(directory, 'first'), 64, 9, 9);
  const large = join(directory, 'large');
  const { paths, bytes } = await writeTree(large, Number(values.files), 4504, 2888);
  const measured = new Map<string, Figures[]>();
  const ways: Record<string, () => Promise<Figures> | Figures> = {
    sha256sum: () => sumTree('sha256sum', paths),
    'openssl dgst -sha256': () => sumTree('openssl dgst -sha256', paths),
    import: () => importTree(directory, large, paths.length),
  };
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const [name, run] of Object.entries(ways)) {
      const figures = await run();
      // The first round warms up.
      if (round > 0) measured.set(name, [...(measured.get(name) ?? []), figures]);
    }
  }
  console.log(`${paths.length} mammograms, ${(bytes / 1e6).toFixed(0)} MB, medians of ${values.rounds} rounds`);
  const ours = medians(measured.get('import') ?? []);
  for (const [name, all] of measured) {
    const theirs = medians(all);
    const rate = (ms: number): string => `${(bytes / ms / 1e6).toFixed(2)} GB/s`;
    const ratio = (of: keyof Figures): string => (theirs[of] / ours[of]).toFixed(2);
    console.log(
      `${name.padEnd(21)} ${rate(theirs.wallMs)} wall, ${rate(theirs.cpuMs)} CPU; the import's rate is ${ratio('wallMs')}, ${ratio('cpuMs')} of it`,
    );
  }

  const small = join(directory, 'small');
  const count = Number(values.small);
  await writeTree(small, count, 8, 8);
  const { wallMs, cpuMs: usedMs } = await importTree(directory, small, count);
  console.log(
    `${count} files of a kilobyte: ${Math.round((count / wallMs) * 1000)} a second, ${(usedMs / count).toFixed(2)} ms of CPU a file`,
  );
} finally {
  await rm(directory, { recursive: true, force: true });
}
