// Times the reading of DICOM headers from files, in turn with dicom-parser alone on the same bytes:
//   node tools/bench/read-headers.ts DIRECTORY [--rounds N]
// One line of JSON: processor time a file, medians of the rounds, and how many reads a file took.
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { firstHeadBytes, readDicomHead } from '@mammoline/dicom';
import dicomParser from 'dicom-parser';

const { values, positionals } = parseArgs({ options: { rounds: { type: 'string', default: '7' } }, allowPositionals: true });
const [directory] = positionals;
if (directory === undefined) throw new Error('expected a directory with DICOM files');
const entries = await readdir(directory, { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));

let reads = 0;
async function readAt(path: string, read: (readHead: (lengthBytes: number) => Promise<Uint8Array>, sizeBytes: number) => Promise<unknown>) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    await read(async (lengthBytes) => {
      const bytes = Buffer.allocUnsafe(Math.min(lengthBytes, size));
      await file.read(bytes, 0, bytes.length, 0);
      reads += 1;
      return bytes;
    }, size);
  } finally {
    await file.close();
  }
}

let taken = 0;
const kinds = {
  readDicomHead: (path: string) =>
    readAt(path, async (readHead, size) => {
      if ((await readDicomHead(readHead, size)).ok) taken += 1;
    }),
  dicomParser: (path: string) =>
    readAt(path, async (readHead) => {
      try {
        dicomParser.parseDicom(await readHead(firstHeadBytes), { untilTag: 'x7fe00010' });
      } catch {
        // Not one that it reads.
      }
    }),
  readAlone: (path: string) => readAt(path, (readHead) => readHead(firstHeadBytes)),
};

const cpuMs = new Map<string, number[]>();
const readsOf = new Map<string, number>();
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const [name, kind] of Object.entries(kinds)) {
    reads = 0;
    const start = process.cpuUsage();
    for (const file of files) await kind(file);
    const { user, system } = process.cpuUsage(start);
    cpuMs.set(name, [...(cpuMs.get(name) ?? []), (user + system) / 1000 / files.length]);
    readsOf.set(name, reads / files.length);
  }
}
const median = (name: string): number => cpuMs.get(name)?.toSorted((a, b) => a - b)[Math.floor((cpuMs.get(name)?.length ?? 0) / 2)] ?? 0;
const round3 = (value: number): number => Number(value.toFixed(3));
console.log(
  JSON.stringify({
    files: files.length,
    taken: taken / Number(values.rounds),
    readsAFile: round3(readsOf.get('readDicomHead') ?? 0),
    cpuMsAFile: Object.fromEntries(Object.keys(kinds).map((name) => [name, round3(median(name))])),
    ratioToDicomParser: round3(median('readDicomHead') / median('dicomParser')),
  }),
);
