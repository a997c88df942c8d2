// One configuration for all projects: `npx nx test imaging` (unit and integration), `npx nx e2e trainer`, or `npx vitest run --config ../../vitest.config.mjs --root libs/imaging`.
import { defineConfig } from 'vitest/config';

const seconds = 1000;
const integration = '**/*.int.spec.ts';
const endToEnd = '**/*.e2e.spec.ts';
const never = ['**/node_modules/**', '**/gen/**'];

/** Kinds of specs by their names; each kind starts when the one before is through. */
const kind = (groupOrder, name, { include, exclude = [], timeoutMs, ...options }) => ({
  extends: true,
  test: {
    name,
    include,
    exclude: [...never, ...exclude],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    sequence: { groupOrder },
    ...options,
  },
});

export default defineConfig({
  test: {
    passWithNoTests: true,
    maxWorkers: 2,
    projects: [
      kind(1, 'unit', { include: ['**/*.spec.{ts,mjs}'], exclude: [integration, endToEnd], timeoutMs: 15 * seconds }),
      kind(2, 'integration', { include: [integration], timeoutMs: 120 * seconds }),
      // Programs as users start them take cores of their own.
      kind(3, 'end-to-end', { include: [endToEnd], timeoutMs: 600 * seconds, fileParallelism: false }),
    ],
  },
});
