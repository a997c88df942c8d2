import { existsSync, readFileSync } from 'node:fs';
import { hashInputs, readStamp, writeStamp } from '../workspace/stamp.mjs';
import { inWorkspace } from '../workspace/paths.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { upToDate } from './step.mjs';

const target = inWorkspace('libs', 'catalogue', 'src', 'gen');

/** The database client of libs/catalogue out of prisma/schema.prisma. */
export async function generateCatalogueClient() {
  const { version } = JSON.parse(readFileSync(inWorkspace('node_modules', 'prisma', 'package.json'), 'utf8'));
  const hash = hashInputs(['prisma/schema.prisma', 'prisma.config.ts'], [version]);
  if (existsSync(target) && readStamp('catalogue-client') === hash) return upToDate;
  await runCommand(['prisma', 'generate', '--no-hints']);
  writeStamp('catalogue-client', hash);
  return 'generated from prisma/schema.prisma';
}
