import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '@mammoline/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withLaptop } from '../clients/open-laptop.ts';
import { exportedPath } from '../export/exported-path.ts';
import { identifyProcess, isAlive } from '../laptop/process-identity.ts';
import { serviceNames } from '../laptop/service-names.ts';
import { readState } from '../laptop/state.ts';
import { endsWithin } from '../laptop/stop-process.ts';
import { workDirectory, type WorkDirectory } from '../laptop/work-directory.ts';
import { allPages, readAllPages } from '../pipeline/all-pages.ts';
import { mammoline, mammolineOk, temporaryDirectory } from './run-mammoline.fixture.ts';
import { smallTree } from './small-tree.fixture.ts';

const directory = temporaryDirectory();
const calm = workDirectory(join(directory.path, 'calm'));
const disturbed = workDirectory(join(directory.path, 'disturbed'));
const signal = new AbortController().signal;
let tree: string;
let undisturbed: unknown;

beforeAll(async () => {
  tree = (await smallTree(join(directory.path, 'tree'))).directory;
  await mammolineOk('up', '--work', calm.root);
  await mammolineOk('import', tree, '--work', calm.root);
  undisturbed = await contentOf(calm);
  await mammolineOk('down', '--work', calm.root);
});
afterAll(async () => {
  for (const { root } of [calm, disturbed]) await mammoline('down', '--work', root);
  directory.remove();
});

it('ends like an undisturbed import after SIGKILL of the command, each service, Postgres and the supervisor', async () => {
  await mammolineOk('up', '--work', disturbed.root);
  const importing = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), 'import', tree, '--work', disturbed.root], {
    stdio: 'ignore',
  });
  await until(async () => (await imagesIn(disturbed)) > 3, 'the import has begun');
  importing.kill('SIGKILL');
  // The ingestor goes on without its client or not; either way there is work under way in each of these kills.
  for (const name of serviceNames) {
    const again = spawn(
      process.execPath,
      [join(import.meta.dirname, '../main.ts'), 'import', tree, '--no-wait', '--work', disturbed.root],
      { stdio: 'ignore' },
    );
    await sleep(600);
    const service = readState(disturbed.state)?.services.find((one) => one.name === name);
    if (service?.process !== undefined) process.kill(service.process.pid, 'SIGKILL');
    await sleep(300);
    again.kill('SIGKILL');
  }
  const restarts = readState(disturbed.state)?.services.map(({ restarts: count }) => count) ?? [];
  expect(restarts).toHaveLength(serviceNames.length);
  expect(Math.min(...restarts)).toBeGreaterThanOrEqual(1);

  const postmaster = Number(readFileSync(join(disturbed.postgres, 'cluster/data/postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(postmaster, 'SIGKILL');
  await until(async () => (await mammoline('status', '--work', disturbed.root)).code === 0, 'Postgres is back');

  const before = readState(disturbed.state);
  if (before === undefined) throw new Error('the supervisor wrote no state');
  process.kill(before.supervisor.pid, 'SIGKILL');
  expect(await endsWithin(before.supervisor, 5_000)).toBe(true);
  expect((await mammoline('status', '--work', disturbed.root)).code).toBe(3);

  // Two at once: one of them starts the line, the other waits for it.
  await Promise.all([mammolineOk('up', '--work', disturbed.root), mammolineOk('up', '--work', disturbed.root)]);
  for (const { process: orphan } of before.services) expect(orphan === undefined || !isAlive(orphan)).toBe(true);
  await mammolineOk('import', tree, '--work', disturbed.root);
  expect(await contentOf(disturbed)).toEqual(undisturbed);
});

it('stops what a killed supervisor left behind, and nothing else', async () => {
  const state = readState(disturbed.state);
  if (state === undefined) throw new Error('the supervisor wrote no state');
  process.kill(state.supervisor.pid, 'SIGKILL');
  const postmaster = Number(readFileSync(join(disturbed.postgres, 'cluster/data/postmaster.pid'), 'utf8').split('\n')[0]);
  await mammolineOk('down', '--work', disturbed.root);
  expect(identifyProcess(postmaster)).toBeUndefined();
  for (const { process: service } of state.services) expect(service === undefined || !isAlive(service)).toBe(true);
});

/** All that an import leads to, without what may differ from run to run: ids, times, counts of revisions. */
async function contentOf(work: WorkDirectory): Promise<unknown> {
  return withLaptop(work, signal, async ({ catalogue }) => {
    const images = (await readAllPages((page) => catalogue.listImages(page))).map((image) => [
      exportedPath(image),
      image.blob.sha256,
      image.sourcePath,
      image.evidence,
    ]);
    const views: unknown[] = [];
    for await (const view of allPages((page) => catalogue.listViews({}, page))) {
      views.push({
        view: view.ref,
        density: view.breastDensity,
        abnormalities: view.abnormalities,
        merged: view.mergedMasks.map((mask) => [
          mask.abnormalityKind,
          mask.blob.sha256,
          mask.inputsHash,
          mask.maskCount,
          mask.refusedCount,
          mask.areaPx,
        ]),
        prepared: view.preparedViews.map((one) => [
          one.abnormalityKind,
          one.officialSplit,
          one.image.sha256,
          one.mask?.sha256,
          one.inputsHash,
          one.recipeHash,
          one.geometry,
        ]),
      });
    }
    const repairs = (await readAllPages((page) => catalogue.listRepairs(undefined, page))).map(({ kind, subject, was, now }) =>
      [kind, subject, was, now].join(' | '),
    );
    return {
      totals: await catalogue.importTotals(),
      counts: await catalogue.counts(),
      missing: await catalogue.rowsWithoutFiles(),
      images: images.sort(),
      views,
      repairs: repairs.sort(),
      deadLetters: (await readAllPages((page) => catalogue.deadLetters(page))).length,
    };
  });
}

async function imagesIn(work: WorkDirectory): Promise<number> {
  return withLaptop(work, signal, async ({ catalogue }) => {
    const { full, crop, mask } = await catalogue.counts();
    return full + crop + mask;
  });
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadlineMs = Date.now() + 60_000; Date.now() < deadlineMs;) {
    if (await condition()) return;
    await sleep(100);
  }
  throw new Error(`not after a minute: ${what}`);
}
