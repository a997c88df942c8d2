import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { wasmPrismaEngineMark } from '../workspace/environment.mjs';
import { nodeModules } from '../workspace/paths.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { upToDate } from './step.mjs';

const engines = path.join(nodeModules, '@prisma', 'engines');
const hasOwnEngine = () => readdirSync(engines).some((name) => name.startsWith('schema-engine-'));

/**
 * Prisma's command line wants an engine binary that it downloads. Where that host cannot be reached, the same engine as WebAssembly, an npm package,
 * stands in behind tools/prisma/schema-engine.mjs.
 */
export async function providePrismaEngine() {
  if (process.env.PRISMA_SCHEMA_ENGINE_BINARY !== undefined) return 'PRISMA_SCHEMA_ENGINE_BINARY of the environment';
  if (hasOwnEngine() || existsSync(wasmPrismaEngineMark)) return upToDate;
  await runCommand([process.execPath, path.join(engines, 'scripts', 'postinstall.js')], { timeoutMs: 60_000 }).catch(() => undefined);
  if (hasOwnEngine()) {
    rmSync(wasmPrismaEngineMark, { force: true });
    return "Prisma's own binary";
  }
  writeFileSync(
    wasmPrismaEngineMark,
    "Prisma's binary could not be downloaded; tools/prisma/schema-engine.mjs stands in. Delete this file to try again.\n",
  );
  return "WebAssembly (Prisma's binary could not be downloaded)";
}
