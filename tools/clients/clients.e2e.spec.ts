import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodePng } from '@mammoline/imaging';
import { makeTestCertificates, whyNoOpenssl } from '@mammoline/testing';
import { generateSampleTree } from '@mammoline/testing/sample-tree';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeModel, publishModel } from '../chaos/publish-model.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const examples = join(root, 'docs/how-to/clients');
const directory = mkdtempSync(join(tmpdir(), 'mammoline-clients-'));
const work = join(directory, 'work');
/** What a caller is told: where the authority and the token lie. */
const access: Record<string, string> = {};
const mammoline = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  run(process.execPath, [join(root, 'apps/cli/src/main.ts'), ...args, '--work', work], {
    env: { ...process.env, ...access, ...environment },
  });

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
  await mammoline(['up'], await secured());
  const { environment } = environmentOf.parse(JSON.parse(readFileSync(join(work, 'state.json'), 'utf8')));
  await publishModel(await makeModel(), environment['MAMMOLINE_POSTGRES_URL'] ?? '', environment['MAMMOLINE_BLOBS_URL'] ?? '');
});
afterAll(async () => {
  await mammoline(['down']);
  rmSync(directory, { recursive: true, force: true });
});

/** What makes the services speak TLS and want a token of a role, and nothing more than the examples need. */
async function secured(): Promise<Readonly<Record<string, string>>> {
  const { ca, server } = await makeTestCertificates(join(directory, 'certificates'));
  const [tokens, tokenFile] = [join(directory, 'tokens.json'), join(directory, 'token')];
  const token = 'token-of-the-examples-123456';
  writeFileSync(tokens, JSON.stringify({ tokens: [{ token, subject: 'examples', roles: ['ingest', 'reader'] }] }));
  writeFileSync(tokenFile, `${token}\n`);
  Object.assign(access, { MAMMOLINE_TLS_CA_FILE: ca, MAMMOLINE_TOKEN_FILE: tokenFile });
  return {
    MAMMOLINE_GRPC_TLS_CERT_FILE: server.certificate,
    MAMMOLINE_GRPC_TLS_KEY_FILE: server.key,
    MAMMOLINE_AUTH_TOKENS_FILE: tokens,
  };
}

/** Runs an example as its head says, and holds what it says and writes to what it promises. */
async function example(at: number, program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { file, patient } = mammograms[at] ?? expect.unreachable('too few patients');
  const mask = join(directory, `mask-${String(at)}.png`);
  const { stdout } = await run(program, [...args, addressOf('ingestor'), addressOf('predictor'), file, patient, mask], {
    env: { ...process.env, ...access, ...environment },
  });
  expect(stdout).toMatch(/^UPLOAD_OUTCOME_STORED\n[0-9a-f]{8}-[0-9a-f-]{27}\n$/);
  const { rows, columns } = await decodePng(readFileSync(mask));
  expect(rows).toBeGreaterThan(columns);
  expect(rows).toBeGreaterThan(100);
}

const why = whyNoOpenssl();
describe.skipIf(why !== undefined)(
  'the examples of docs/how-to/clients import a file, watch its prediction and fetch the mask, with TLS and a token',
  () => {
    it('and are refused without the token', async () => {
      const { file, patient } = mammograms[0] ?? expect.unreachable('no patient');
      const refused = run(
        process.execPath,
        [join(examples, 'client.ts'), addressOf('ingestor'), addressOf('predictor'), file, patient, 'mask.png'],
        {
          env: { ...process.env, ...access, MAMMOLINE_TOKEN_FILE: '/dev/null' },
        },
      );
      await expect(refused).rejects.toThrow(/UNAUTHENTICATED/);
    });

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
  },
);
