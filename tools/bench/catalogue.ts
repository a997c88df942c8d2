// A catalogue of a million views on a Postgres of its own, and what the services' lists, the import and the stages' queries take on it:
//   npm run bench:catalogue -- [--views 1000000] [--repeats 500] [--rows 200000] [--tables 4] [--directory DIR] [--only lists,stages,status,import,plans]
// Prints Markdown. DIR keeps the filled catalogue for the next run (the import adds rows to it); without it all is made anew and removed.
import { readFileSync } from 'node:fs';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBlobStore } from '@mammoline/blobs';
import { openCatalogue } from '@mammoline/catalogue';
import { catalogueV1, predictionV1, trainingV1 } from '@mammoline/contracts';
import { Scope } from '@mammoline/kernel';
import { startService } from '@mammoline/testing';
import pg from 'pg';
import { z } from 'zod';
import { readCatalogueKeys } from './catalogue/catalogue-keys.ts';
import { explainCall, logPlans } from './catalogue/explain-calls.ts';
import { listCalls, type ListCall } from './catalogue/list-calls.ts';
import { measureImport } from './catalogue/measure-import.ts';
import { measureTimes } from './catalogue/measure-times.ts';
import { openFilledCatalogue } from './catalogue/open-filled-catalogue.ts';
import { rawQueries } from './catalogue/raw-queries.ts';
import { stageCalls, statusCalls } from './catalogue/stage-calls.ts';

const { values: options } = parseArgs({
  options: {
    views: { type: 'string', default: '1000000' },
    repeats: { type: 'string', default: '500' },
    rows: { type: 'string', default: '200000' },
    tables: { type: 'string', default: '4' },
    directory: { type: 'string' },
    only: { type: 'string', default: 'lists,stages,status,import' },
  },
});
const parts = new Set(options.only.split(','));
const views = Number(options.views);
const repeats = Number(options.repeats);
const say = (line: string): void => console.error(line);
const row = (...cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);
/** Its ready file says. */
const pidOfService = (directory: string, name: string): number =>
  z.object({ pid: z.number() }).parse(JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8'))).pid;
const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);

/** What shows how the lists are read. */
const explained = new Set([
  'ListPatients, middle',
  'GetView',
  'ListViews by kind, middle',
  'ListViews by pathology, middle',
  'ListRepairs, middle',
  'ListPredictions by model, middle',
  'ListPredictions by patient',
]);

const scope = new Scope();
try {
  const kept = options.directory;
  if (kept !== undefined) await mkdir(kept, { recursive: true });
  const directory =
    kept ?? scope.add('folder', await mkdtemp(join(tmpdir(), 'mammoline-bench-')), (it) => rm(it, { recursive: true, force: true }));
  const postgres = scope.add('Postgres', await openFilledCatalogue(directory, views, say), (it) => it.stop());
  const client = scope.add('SQL session', new pg.Client({ connectionString: postgres.url }), (it) => it.end());
  await client.connect();
  const where = { postgresUrl: postgres.url, directory };
  const start = async <Definition extends Parameters<typeof startService>[1]>(name: string, definition: Definition) =>
    scope.add(name, await startService(join(import.meta.dirname, `../../apps/${name}/src/main.ts`), definition, { ...where, name }), (it) =>
      it.stop(),
    );
  if (parts.has('plans')) await logPlans(client, true);
  const restructurer = await start('restructurer', catalogueV1.CatalogueServiceDefinition);

  console.log(
    `${views.toLocaleString('en')} views; ${cpus().length} cores (${cpus()[0]?.model ?? '?'}), Node ${process.versions.node}; ${repeats} repeats\n`,
  );
  const table = async (
    title: string,
    calls: readonly ListCall[],
    pidOf: (call: ListCall) => number,
    peers: readonly ListCall[] = [],
  ): Promise<void> => {
    const hasPeers = peers.length > 0;
    row(title, 'rows', 'median ms', 'p99 ms', 'CPU ms', 'of Postgres', ...(hasPeers ? ['plain SQL, median ms', 'ratio'] : []));
    row(...Array.from({ length: hasPeers ? 8 : 6 }, () => '---'));
    for (const each of calls) {
      const rows = await each.call(1);
      const times = await measureTimes(repeats, each.call, [pidOf(each), postgres.pid]);
      const peer = peers.find(({ name }) => name === each.name);
      const raw = peer === undefined ? undefined : await measureTimes(repeats, peer.call);
      const ratio = raw === undefined ? ['', ''] : [ms(raw.medianMs), (times.medianMs / raw.medianMs).toFixed(1)];
      row(each.name, rows, ms(times.medianMs), ms(times.p99Ms), ...times.cpuMs.map(ms), ...(hasPeers ? ratio : []));
    }
    console.log('');
  };
  if (parts.has('lists') || parts.has('stages') || parts.has('plans')) {
    const keys = await readCatalogueKeys(client, views);
    if (parts.has('lists') || parts.has('plans')) {
      const predictor = await start('predictor', predictionV1.PredictionServiceDefinition);
      const trainer = await start('trainer', trainingV1.TrainingServiceDefinition);
      const blobs = await openBlobStore(`file://${join(directory, 'blobs')}`);
      // All predictions share one mask; a real one has about as many bytes.
      const mask = await blobs.put(Buffer.alloc(9000, 7));
      await client.query(
        'UPDATE "Prediction" SET "maskSha256" = $1, "maskUri" = $2, "maskSizeBytes" = $3 WHERE id = ANY($4::uuid[]) AND "maskSha256" <> $1',
        [mask.sha256, mask.uri, mask.sizeBytes, keys.predictionIds],
      );
      const clients = { catalogue: restructurer.client, prediction: predictor.client, training: trainer.client };
      const pids = { Patients: 'restructurer', View: 'restructurer', Repairs: 'restructurer', Prediction: 'predictor', Model: 'trainer' };
      const pidOf = ({ name }: ListCall): number =>
        pidOfService(directory, Object.entries(pids).find(([part]) => name.includes(part))?.[1] ?? '');
      const calls = listCalls(clients, keys);
      if (parts.has('lists')) await table('gRPC', calls, pidOf, rawQueries(client, keys));
      if (parts.has('plans')) {
        for (const call of calls.filter(({ name }) => explained.has(name)))
          console.log(`${call.name}\n\n\`\`\`\n${(await explainCall(directory, call)).join('\n---\n')}\n\`\`\`\n`);
        await logPlans(client, false);
      }
    }
    if (parts.has('stages')) {
      const catalogue = scope.add('catalogue', await openCatalogue({ url: postgres.url }), (it) => it.close());
      await table('query of a stage', stageCalls(catalogue, keys), () => process.pid);
    }
  }
  if (parts.has('status')) {
    const catalogue = scope.add('catalogue of the status', await openCatalogue({ url: postgres.url }), (it) => it.close());
    row('status', 'answer', 'ms');
    row('---', '---', '---');
    for (const { name, call } of statusCalls(catalogue)) {
      const startedMs = performance.now();
      const answer = await call(0).catch((error: unknown) => String(error));
      row(name, answer, ms(performance.now() - startedMs));
    }
    console.log('');
  }
  if (parts.has('import')) {
    const pids = { service: pidOfService(directory, 'restructurer'), postgres: postgres.pid };
    const figures = await measureImport(restructurer.client, client, { rows: Number(options.rows), tables: Number(options.tables), pids });
    row(
      `import of ${figures.rows.toLocaleString('en')} rows in ${figures.tables} tables`,
      'rows/s',
      'CPU µs a row',
      'of Postgres',
      'COPY of ready rows/s',
      'ratio',
    );
    row(...Array.from({ length: 6 }, () => '---'));
    for (const [name, times] of [
      ['new rows', figures.ofNewRows],
      ['new rows, two tables at once', figures.ofNewRowsTwoTablesAtOnce],
      ['the first rows with other values', figures.ofChangedRows],
    ] as const) {
      row(
        name,
        Math.round(times.rowsPerSecond),
        Math.round(times.serviceUs),
        Math.round(times.postgresUs),
        Math.round(figures.copyRowsPerSecond),
        (times.rowsPerSecond / figures.copyRowsPerSecond).toFixed(2),
      );
    }
  }
} finally {
  await scope.close();
}
process.exit(0);
