import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingestV1 } from '@mammoline/contracts';
import { createTestDatabase, startService, type RunningService, type TestDatabase } from '@mammoline/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { dicomBytes } from '../spec-support/dicom-bytes.ts';

/** Files of some 700 bytes; `IMPORT_FILES=100000 npx vitest run ...` takes as many as a large archive has. */
const files = Number(process.env['IMPORT_FILES'] ?? 8000);
/** Whatever keeps a path or a hash for each file is above this. */
const growthBytesPerFile = 100;
/** Of what is in hand: a batch more or less, a page of the heap. */
const slackBytes = 2 << 20;
/** Of buffers, which come and go with the files in hand: the ends of imports of 25,000 and of 100,000 files differed by -11 and +14 MB from a fifth of them. */
const bufferSlackBytes = 32 << 20;

let directory: string;
let database: TestDatabase;
let service: RunningService<ingestV1.IngestServiceDefinition>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mammoline-many-'));
  for (let seed = 0; seed < files; seed += 1) {
    const folder = join(directory, 'tree', String(Math.floor(seed / 1000)));
    if (seed % 1000 === 0) await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${String(seed)}.dcm`), dicomBytes(seed));
  }
  database = await createTestDatabase();
  const program = join(import.meta.dirname, '../spec-support/measured-ingestor.fixture.ts');
  service = await startService(program, ingestV1.IngestServiceDefinition, { postgresUrl: database.url, directory });
});
afterAll(async () => {
  await service.stop();
  await database.drop();
  await rm(directory, { recursive: true });
});

const memory = z.object({ heapUsed: z.number(), external: z.number(), arrayBuffers: z.number(), rss: z.number(), answers: z.number() });

/** What the ingestor holds after collecting its garbage. */
async function measure(answers: number): Promise<z.infer<typeof memory>> {
  const { pid } = z.object({ pid: z.number() }).parse(JSON.parse(await readFile(join(directory, 'service.json'), 'utf8')));
  process.kill(pid, 'SIGUSR2');
  return vi.waitFor(
    async () => {
      const found = memory.parse(JSON.parse(await readFile(join(directory, 'service.json.memory'), 'utf8')));
      expect(found.answers).toBe(answers);
      return found;
    },
    { timeout: 30_000, interval: 20 },
  );
}

test(`the memory of an import is flat from the ${String(files / 5)}th file to the ${String(files)}th`, { timeout: 3_600_000 }, async () => {
  let early: z.infer<typeof memory> | undefined;
  let [found, stored] = [0n, 0n];
  for await (const totals of service.client.importFolder({ directory: join(directory, 'tree'), copy: false })) {
    ({ found, stored } = totals);
    if (early === undefined && found >= BigInt(files / 5)) early = await measure(1);
  }
  const late = await measure(2);
  expect({ found, stored }).toEqual({ found: BigInt(files), stored: BigInt(files) });
  if (early === undefined) throw new Error('nothing was measured');
  console.log(`${String(files)} files: ${JSON.stringify({ early, late })}`);
  expect(late.heapUsed - early.heapUsed).toBeLessThan(slackBytes + growthBytesPerFile * files * 0.8);
  expect(late.external - early.external).toBeLessThan(bufferSlackBytes);
});
