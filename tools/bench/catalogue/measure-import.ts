import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { catalogueV1 } from '@mammoline/contracts';
import { mapInOrder } from '@mammoline/kernel';
import type { Client } from 'nice-grpc';
import type pg from 'pg';
import { cpuMs } from './cpu-ms.ts';
import { descriptionTable } from './description-table.ts';

export interface ImportFigures {
  readonly rows: number;
  readonly tables: number;
  readonly ofNewRows: ImportTimes;
  /** Others like these. */
  readonly ofNewRowsTwoTablesAtOnce: ImportTimes;
  /** The first tables once more, each row with another pathology. */
  readonly ofChangedRows: ImportTimes;
  /** COPY of as many ready rows into a table like Abnormality, with its indexes and nothing else. */
  readonly copyRowsPerSecond: number;
}

interface ImportTimes {
  readonly rowsPerSecond: number;
  /** CPU time of the service and of Postgres for a row. */
  readonly serviceUs: number;
  readonly postgresUs: number;
}

/** Imports tables of new patients into the filled catalogue through gRPC, then the same with changes, and has Postgres COPY as many rows. */
export async function measureImport(
  catalogue: Client<catalogueV1.CatalogueServiceDefinition>,
  client: pg.Client,
  {
    rows,
    tables,
    pids,
  }: { readonly rows: number; readonly tables: number; readonly pids: { readonly service: number; readonly postgres: number } },
): Promise<ImportFigures> {
  const rowsPerTable = Math.ceil(rows / tables);
  // Codes beyond those of the filled catalogue, others at each run.
  const firstPatient = 1_000_000 + Math.floor(Math.random() * 8_000_000);
  const importAll = async (from: number, edition: number, atOnce: number): Promise<ImportTimes> => {
    const texts = Array.from({ length: tables }, (_, index) =>
      Buffer.from(descriptionTable(rowsPerTable, from + index * Math.ceil(rowsPerTable / 8), edition)),
    );
    const [serviceMs, postgresMs] = [cpuMs(pids.service), cpuMs(pids.postgres)];
    const startedMs = performance.now();
    await mapInOrder([...texts.entries()], atOnce, async ([index, csv]) => {
      const answer = await catalogue.importTable({ fileName: `mass_case_description_train_set_${index}.csv`, csv });
      if (answer.rows !== rowsPerTable)
        throw new Error(`found ${answer.rows} rows taken, expected ${rowsPerTable}: ${answer.problems.slice(0, 3).join('; ')}`);
    });
    const seconds = (performance.now() - startedMs) / 1000;
    const usOf = (doneMs: number, beforeMs: number): number => ((doneMs - beforeMs) * 1000) / (rowsPerTable * tables);
    return {
      rowsPerSecond: (rowsPerTable * tables) / seconds,
      serviceUs: usOf(cpuMs(pids.service), serviceMs),
      postgresUs: usOf(cpuMs(pids.postgres), postgresMs),
    };
  };
  return {
    rows: rowsPerTable * tables,
    tables,
    ofNewRows: await importAll(firstPatient, 0, 1),
    ofNewRowsTwoTablesAtOnce: await importAll(firstPatient + Math.ceil((rowsPerTable * tables) / 8) + tables, 0, 2),
    ofChangedRows: await importAll(firstPatient, 1, 1),
    copyRowsPerSecond: await copyRate(client, firstPatient, rowsPerTable * tables),
  };
}

/** The server writes and reads the file itself, so it lies where its user may write. */
async function copyRate(client: pg.Client, firstPatient: number, rows: number): Promise<number> {
  const file = join(tmpdir(), `mammoline-bench-copy-${process.pid}.csv`);
  await client.query('DROP TABLE IF EXISTS bench.copy');
  await client.query('CREATE TABLE bench.copy (LIKE "Abnormality" INCLUDING ALL)');
  try {
    await client.query(
      `COPY (SELECT a.* FROM "Abnormality" a JOIN "View" v ON v.id = a."viewId" WHERE v."patientCode" >= 'P_${firstPatient}' ORDER BY v."patientCode" LIMIT ${rows})
       TO '${file}' (FORMAT csv)`,
    );
    const startedMs = performance.now();
    const { rowCount } = await client.query(`COPY bench.copy FROM '${file}' (FORMAT csv)`);
    return (rowCount ?? 0) / ((performance.now() - startedMs) / 1000);
  } finally {
    await rm(file, { force: true });
    await client.query('DROP TABLE bench.copy');
  }
}
