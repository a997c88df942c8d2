#!/usr/bin/env node
// Do the migrations lead to the schema? Applies prisma/migrations to an empty Postgres of its own and lets Prisma compare that with prisma/schema.prisma.
// Runs with the workspace's Node (tools/with-node.mjs), since it starts Postgres with libs/catalogue.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyMigrations, startEmbeddedPostgres } from '@mammoline/catalogue/embedded';
import { workspaceEnvironment } from '../workspace/environment.mjs';
import { CommandError, runCommand } from '../workspace/run-command.mjs';

/** Exit code of `prisma migrate diff --exit-code` where the two differ. */
const theyDiffer = 2;

const directory = mkdtempSync(path.join(tmpdir(), 'mammoline-migrations-'));
try {
  const postgres = await startEmbeddedPostgres({ directory, settings: { fsync: 'off' } });
  try {
    await applyMigrations(postgres.url);
    const env = { ...workspaceEnvironment(), MAMMOLINE_POSTGRES_URL: postgres.url };
    await runCommand(['prisma', 'migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma', '--exit-code'], {
      env,
    });
  } catch (error) {
    if (!(error instanceof CommandError && error.code === theyDiffer)) throw error;
    console.error(error.output.trim());
    console.error(
      'The migrations do not lead to prisma/schema.prisma. To mend it: write what is missing into a new folder of prisma/migrations.',
    );
    process.exitCode = 1;
  } finally {
    await postgres.stop();
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
