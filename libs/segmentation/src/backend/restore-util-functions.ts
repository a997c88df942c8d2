import { createRequire } from 'node:module';

/** tfjs-node still calls these of `util`: Node 23 removed the one and warns of the other. */
const needed = {
  isArray: (value: unknown): boolean => Array.isArray(value),
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
};

/** Puts back what tfjs-node needs of Node's `util`, before it is loaded. */
export function restoreUtilFunctions(): void {
  const util: unknown = createRequire(import.meta.url)('node:util');
  if (typeof util !== 'object' || util === null) return;
  for (const [name, value] of Object.entries(needed)) {
    Object.defineProperty(util, name, { value, configurable: true });
  }
}
