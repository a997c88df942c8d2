import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodePng } from '@mammoline/imaging';
import { generateSampleTree } from '@mammoline/testing/sample-tree';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeModel, publishModel } from '../chaos/publish-model.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const examples = join(root, 'docs/how-to/clients');
const directory = mkdtempSync(join(tmpdir(), 'mammoline-clients-'));
const work = join(directory, 'work');
const mammoline = (...args: readonly string[]) => run(process.execPath, [join(root, 'apps/cli/src/main.ts'), ...args, '--work', work]);

/** A tool that setup does not fetch; empty where it is not there. */
const toolAt = (...args: readonly string[]): string =>
  spawnSync(process.execPath, [join(root, 'tools/clients.mjs'), ...args], { encoding: 'utf8' }).stdout.trim();
const grpcurl = toolAt('grpcurl', '--cached');
const hasJq = spawnSync('jq', ['--version']).status === 0;
const whyNoShell =
  grpcurl === '' ? ' (skipped: no grpcurl; `node tools/clients.mjs grpcurl` builds it)' : hasJq ? undefined : ' (skipped: no jq)';
const hasPython = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;

const readyFile = z.object({ grpcAddress: z.string() });
const addressOf = (service: string): string =>
  readyFile.parse(JSON.parse(readFileSync(join(work, 'services', `${service}.json`), 'utf8'))).grpcAddress;
const environmentOf = z.object({ environment: z.record(z.string(), z.string()) });

/** A mammogram for each client: whose view has been predicted is not predicted again. */
let mammograms: readonly { readonly file: string; readonly patient: string }[] = [];

beforeAll(async () => {
  const { directory: tree } = await generateSampleTree({
    directory: join(directory, 'tree'),
    patients: 12,
    heightPx: 256,
    quirkRate: 0,
    testShare: 0,
    seed: 3,
  });
  const folders = readdirSync(join(tree, 'CBIS-DDSM')).flatMap((name) => {
    const patient = /^Mass-Training_(P_\d+)_(LEFT|RIGHT)_(CC|MLO)$/.exec(name)?.[1];
    return patient === undefined ? [] : [{ name, patient }];
  });
  mammograms = [...new Map(folders.map((it) => [it.patient, it])).values()].map(({ name, patient }) => {
    const found = readdirSync(join(tree, 'CBIS-DDSM', name), { recursive: true, withFileTypes: true }).find((entry) => entry.isFile());
    return { patient, file: join(found?.parentPath ?? '', found?.name ?? '') };
  });
  await mammoline('up');
  const { environment } = environmentOf.parse(JSON.parse(readFileSync(join(work, 'state.json'), 'utf8')));
  await publishModel(await makeModel(), environment['MAMMOLINE_POSTGRES_URL'] ?? '', environment['MAMMOLINE_BLOBS_URL'] ?? '');
});
afterAll(async () => {
  await mammoline('down');
  rmSync(directory, { recursive: true, force: true });
});

/** Runs an example as its head says, and holds what it says and writes to what it promises. */
async function example(at: number, program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { file, patient } = mammograms[at] ?? expect.unreachable('too few patients');
  const mask = join(directory, `mask-${String(at)}.png`);
  const { stdout } = await run(program, [...args, addressOf('ingestor'), addressOf('predictor'), file, patient, mask], {
    env: { ...process.env, ...environment },
  });
  expect(stdout).toMatch(/^UPLOAD_OUTCOME_STORED\n[0-9a-f]{8}-[0-9a-f-]{27}\n$/);
  const { rows, columns } = await decodePng(readFileSync(mask));
  expect(rows).toBeGreaterThan(columns);
  expect(rows).toBeGreaterThan(100);
}

describe('the examples of docs/how-to/clients import a file, watch its prediction and fetch the mask', () => {
  it('TypeScript', async () => {
    await example(0, process.execPath, [join(examples, 'client.ts')]);
  });

  it.skipIf(whyNoShell !== undefined)(`grpcurl, by reflection${whyNoShell ?? ''}`, async () => {
    await example(1, join(examples, 'grpcurl.sh'), [], { GRPCURL: grpcurl });
  });

  it.skipIf(!hasPython)('Python, with stubs out of the descriptor set (skipped where Python with pip is absent)', async () => {
    const packages = toolAt('python');
    const stubs = join(directory, 'stubs');
    const pythonPath = { PYTHONPATH: `${stubs}:${packages}` };
    await run(process.execPath, [join(root, 'tools/build-descriptors.mjs')]);
    const protocols = ['common/v1/terms', 'ingest/v1/ingest', 'prediction/v1/prediction'].map((name) => `mammoline/${name}.proto`);
    await run('mkdir', ['-p', stubs]);
    const outputs = [`--python_out=${stubs}`, `--grpc_python_out=${stubs}`];
    const set = `--descriptor_set_in=${join(root, 'dist/mammoline.binpb')}`;
    await run('python3', ['-m', 'grpc_tools.protoc', set, ...outputs, ...protocols], { env: { ...process.env, ...pythonPath } });
    await example(2, 'python3', [join(examples, 'client.py')], pythonPath);
  });
});
