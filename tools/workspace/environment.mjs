import { existsSync } from 'node:fs';
import path from 'node:path';
import { findNode } from './node-version.mjs';
import { inCache, inWorkspace, nodeModules } from './paths.mjs';

/** Written by set-up where Prisma's own engine could not be had; see tools/setup/provide-prisma-engine.mjs. */
export const wasmPrismaEngineMark = inCache('prisma-engine-wasm');

/**
 * The environment that every program of the workspace runs in: the right Node and the workspace's programs first in PATH,
 * nothing that calls home.
 */
export function workspaceEnvironment(base = process.env) {
  const node = findNode() ?? process.execPath;
  const environment = {
    ...base,
    PATH: [path.dirname(node), path.join(nodeModules, '.bin'), base.PATH ?? ''].join(path.delimiter),
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    NX_NO_CLOUD: 'true',
    // What Node compiles of our sources and of packages, for the next process: a program starts in half the time.
    NODE_COMPILE_CACHE: base.NODE_COMPILE_CACHE ?? inCache('compiled'),
  };
  if (base.PRISMA_SCHEMA_ENGINE_BINARY === undefined && existsSync(wasmPrismaEngineMark)) {
    environment.PRISMA_SCHEMA_ENGINE_BINARY = inWorkspace('tools', 'prisma', 'schema-engine.mjs');
  }
  return environment;
}
