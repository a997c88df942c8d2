// Where things lie. Everything that set-up makes is inside the checkout.
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const workspaceRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const cacheDir = path.join(workspaceRoot, '.cache');
export const nodeModules = path.join(workspaceRoot, 'node_modules');

export const inWorkspace = (...parts) => path.join(workspaceRoot, ...parts);
export const inCache = (...parts) => path.join(cacheDir, ...parts);
