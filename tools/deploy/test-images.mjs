// npm run images:test: builds the light and the CPU image on a small Debian of our own making as base (no registry of images is asked), runs a service and its health
// check in each as Kubernetes would, and prints their sizes. Takes podman, mmdebstrap and 10 GB of disk; skips in one line where there is no podman.
// --keep: leave the images. --built: test those that were left, without building. --only light|cpu.
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@mammoline/catalogue/embedded';
import { freePorts } from '../workspace/free-ports.mjs';
import { findNode } from '../workspace/node-version.mjs';
import { inCache, inWorkspace } from '../workspace/paths.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';
import { Checks } from './checks.mjs';
import { openPodman } from './podman.mjs';

const { values: options } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, built: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const imageOf = (name) => `localhost/mammoline-test-${name}:1`;
/** Bytes that an image may have, and what is run of it. */
const kinds = {
  light: { limitMb: 400, service: 'ingestor' },
  cpu: { limitMb: 1300, service: 'predictor' },
};
const startLimitMs = 180_000;
const megabyte = 1e6;

/** As the chart runs it, on this machine's network. */
const asInACluster = ['--network', 'host', '--user', '10001:10001', '--read-only', '--read-only-tmpfs=false', '--cap-drop', 'ALL'];
const bounded = [...asInACluster, '--security-opt', 'no-new-privileges', '--tmpfs', '/tmp:rw,size=256m,mode=1777'];

/** A small Debian, and the same with Node and npm to build in. */
async function buildBases({ podman }, directory) {
  const root = path.join(directory, 'runtime.tar');
  const without = ['man', 'doc', 'locale'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`);
  await runCommand(['mmdebstrap', '--variant=minbase', '--include=ca-certificates,libstdc++6', ...without, 'bookworm', root]).catch(
    (cause) => {
      throw new SetupError(
        `no root file system could be made: ${cause.message.split('\n').at(-1)}`,
        'install mmdebstrap, and see that Debian can be reached',
        { cause },
      );
    },
  );
  await podman(['import', '--quiet', root, imageOf('runtime')]);
  rmSync(root);
  const node = path.join(directory, 'node');
  mkdirSync(node);
  cpSync(findNode(), path.join(node, 'node'));
  const npm = path.resolve(realpathSync((await runCommand(['which', 'npm'])).trim()), '../..');
  cpSync(npm, path.join(node, 'npm'), { recursive: true });
  for (const program of ['npm', 'npx'])
    writeFileSync(path.join(node, `${program}.sh`), `#!/bin/sh\nexec node /usr/local/lib/npm/bin/${program}-cli.js "$@"\n`, {
      mode: 0o755,
    });
  const copies = ['node /usr/local/bin/node', 'npm /usr/local/lib/npm', 'npm.sh /usr/local/bin/npm', 'npx.sh /usr/local/bin/npx'];
  writeFileSync(path.join(node, 'Dockerfile'), `FROM ${imageOf('runtime')}\n${copies.map((copy) => `COPY ${copy}\n`).join('')}`);
  await podman(['build', '--quiet', '--tag', imageOf('node'), node]);
}

/** What a build takes of this machine: its authorities, npm's cache, and the library of TensorFlow that set-up has fetched. */
async function mounts() {
  const npmCache = (await runCommand(['npm', 'config', 'get', 'cache'])).trim();
  const authorities = '/etc/ssl/certs/ca-certificates.crt';
  const tensorflow = inCache('libtensorflow-2.19.1-cpu');
  return [
    ...(existsSync(authorities) ? ['--volume', `${authorities}:${authorities}:ro`, '--env', `NODE_EXTRA_CA_CERTS=${authorities}`] : []),
    ...(existsSync(npmCache) ? ['--volume', `${npmCache}:/root/.npm`, '--env', 'NPM_CONFIG_PREFER_OFFLINE=true'] : []),
    ...(existsSync(tensorflow) ? ['--volume', `${tensorflow}:/src/.cache/libtensorflow-2.19.1-cpu`] : []),
  ];
}

async function buildImage({ podman }, kind) {
  const values = { KIND: kind, NODE_IMAGE: imageOf('node'), RUNTIME_IMAGE: imageOf('runtime'), BUILD_PACKAGES: '' };
  const given = Object.entries(values).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  // An interrupted build may end with 0: an image that an earlier one left must not stand in for it.
  await podman(['rmi', '--force', imageOf(kind)]).catch(() => undefined);
  const recipe = ['--file', inWorkspace('deploy', 'images', 'Dockerfile'), '--tag', imageOf(kind)];
  await podman(['build', '--network', 'host', ...(await mounts()), ...recipe, ...given, inWorkspace()]);
}

/** Starts a service of the image, waits until it says that it is ready, and gives back what /metrics begins with. */
async function runInImage({ podman }, kind, service, url) {
  const [http, grpc] = await freePorts(2);
  const environment = {
    MAMMOLINE_POSTGRES_URL: url,
    MAMMOLINE_BLOBS_URL: 'file:///tmp/blobs',
    MAMMOLINE_HTTP_ADDRESS: `127.0.0.1:${http}`,
    MAMMOLINE_GRPC_ADDRESS: `127.0.0.1:${grpc}`,
  };
  const given = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const container = `mammoline-test-${kind}-${process.pid}`;
  await podman(['run', '--detach', '--name', container, ...bounded, ...given, imageOf(kind), `apps/${service}/src/main.ts`]);
  try {
    const end = Date.now() + startLimitMs;
    for (;;) {
      const answer = await globalThis.fetch(`http://127.0.0.1:${http}/readyz`).catch(() => undefined);
      if (answer?.status === 200) break;
      if (Date.now() > end) throw new Error(`it is not ready after ${startLimitMs / 1000} s:\n${await podman(['logs', container])}`);
      await sleep(500);
    }
    const stopped = Date.now();
    await podman(['stop', '--time', '30', container]);
    const code = Number(await podman(['inspect', '--format', '{{.State.ExitCode}}', container]));
    if (code !== 0) throw new Error(`it ended with ${code} after SIGTERM, ${Date.now() - stopped} ms`);
  } finally {
    await podman(['rm', '--force', container]).catch(() => undefined);
  }
}

/** JavaScript in a container of the image, as the chart would run it. */
const evaluate = ({ podman }, kind, script) => podman(['run', '--rm', ...bounded, imageOf(kind), '--input-type=module', '--eval', script]);

async function checkImage(engine, kind, url) {
  const { limitMb, service } = kinds[kind];
  if (!options.built) await checks.run(`${kind}: builds`, () => buildImage(engine, kind));
  if (checks.failed > 0) return;
  await checks.run(`${kind}: size`, async () => {
    const bytes = Number(await engine.podman(['image', 'inspect', '--format', '{{.Size}}', imageOf(kind)]));
    const layers = Number(await engine.podman(['image', 'inspect', '--format', '{{.Size}}', imageOf('runtime')]));
    console.log(`        ${(bytes / megabyte).toFixed(0)} MB, of which the base has ${(layers / megabyte).toFixed(0)}`);
    return bytes <= limitMb * megabyte ? [] : [`expected ${limitMb} MB at most`];
  });
  await checks.run(`${kind}: user 10001, a root that is not written to, no npm, no shell needed`, async () => {
    const script = `
      import { existsSync, writeFileSync } from 'node:fs';
      let refused = false;
      try { writeFileSync('/app/x', ''); } catch { refused = true; }
      writeFileSync('/tmp/x', '');
      console.log(JSON.stringify({ uid: process.getuid(), refused, npm: existsSync('/usr/local/lib/npm') || existsSync('/usr/local/bin/npm'), sbom: existsSync('/app/sbom.cdx.json') }));`;
    const found = (await evaluate(engine, kind, script)).trim();
    const wanted = JSON.stringify({ uid: 10001, refused: true, npm: false, sbom: true });
    return found === wanted ? [] : [`found ${found}, expected ${wanted}`];
  });
  if (kind === 'cpu') {
    await checks.run('cpu: TensorFlow computes', async () => {
      const script = `
        import { openBackend } from '@mammoline/segmentation';
        const { name, reason } = await openBackend('native');
        console.log(name, reason);`;
      const found = (await evaluate(engine, kind, script)).trim();
      return found.includes('native') ? [] : [`found ${found}`];
    });
  } else {
    for (const time of ['first', 'second']) {
      await checks.run(`${kind}: migration, the ${time} time`, () =>
        engine
          .podman([
            'run',
            '--rm',
            ...bounded,
            '--env',
            `MAMMOLINE_POSTGRES_URL=${url}`,
            imageOf(kind),
            'libs/catalogue/src/migrate/main.ts',
          ])
          .then(() => undefined),
      );
    }
  }
  await checks.run(`${kind}: ${service} gets ready and ends well`, () => runInImage(engine, kind, service, url));
}

const checks = new Checks();
const directory = mkdtempSync(path.join(tmpdir(), 'mammoline-images-'));
/** Where another user may go, too: as root, Postgres runs as one. */
const postgres = inCache('test-images-postgres');
let engine;
let database;
try {
  engine = await openPodman();
  if (!options.built) await buildBases(engine, directory);
  database = await startEmbeddedPostgres({ directory: postgres });
  for (const kind of Object.keys(kinds).filter((name) => options.only === undefined || options.only === name))
    await checkImage(engine, kind, database.url);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  checks.skip('images', `${error.message}; ${error.mend}`);
} finally {
  await database?.stop();
  if (engine !== undefined && !options.keep) {
    for (const name of ['light', 'cpu', 'node', 'runtime']) await engine.podman(['rmi', '--force', imageOf(name)]).catch(() => undefined);
    await engine.podman(['image', 'prune', '--force']).catch(() => undefined);
  }
  engine?.close();
  for (const made of [directory, postgres]) rmSync(made, { recursive: true, force: true });
}
checks.finish();
